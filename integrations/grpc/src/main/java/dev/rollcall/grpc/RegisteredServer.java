package dev.rollcall.grpc;

import dev.rollcall.registration.Registration;
import io.grpc.Server;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of grpc-java and its registration, which end together. Safe for use by several threads.
 *
 * <p>The end has three steps, so that no call fails: the instance deregisters, and callers choose others from then on; the server goes on for
 * {@value #NOTICE_MILLIS} ms for those who have not heard of it yet; then it takes no new calls, and those under way have time to end.
 *
 * <p>A server that its owner shuts down by itself begins to deregister within {@value #WATCH_MILLIS} ms, for which a slow store has 2 s at most; its calls have
 * the time that its owner gives them. That is late: until callers have heard of it their new calls may fail. Closing this instead spares them that.
 */
public final class RegisteredServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RegisteredServer.class);
    private static final int NOTICE_MILLIS = 500;
    private static final int WATCH_MILLIS = 100;
    private static final int JOIN_MILLIS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Server server;
    private final Registration registration;
    private final Thread hook = new Thread(this::close, "rollcall-grpc-shutdown");
    private final Thread watch = new Thread(this::watch, "rollcall-grpc-server");
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closing;

    RegisteredServer(Server server, Registration registration) {
        this.server = server;
        this.registration = registration;
        watch.setDaemon(true);
    }

    /** The server. */
    public Server server() {
        return server;
    }

    /** Its registration: to wait for it, to update it, to hear of it. */
    public Registration registration() {
        return registration;
    }

    /**
     * Closes it when the JVM ends.
     *
     * @throws IllegalStateException if the JVM ends already
     * @throws SecurityException if it takes no hooks
     */
    void closeWithTheJvm() {
        Runtime.getRuntime().addShutdownHook(hook);
        watch.start();
    }

    /** A server tells nobody that it is shut down. Its calls have as long as its owner gives them; {@link #close} does the rest where it comes first. */
    private void watch() {
        try {
            while (!server.isShutdown()) {
                server.awaitTermination(WATCH_MILLIS, TimeUnit.MILLISECONDS);
            }
            deregister();
            while (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                log.debug("calls to {} go on", registration.instance().identity());
            }
            letGoOfTheJvm();
        } catch (InterruptedException closing) {
            log.debug("{} is closed", registration.instance().identity(), closing);
        }
    }

    /** Whatever becomes of it, the server is waited for, and the JVM let go. */
    private void deregister() {
        try {
            registration.close();
        } catch (RuntimeException e) {
            log.warn(
                    "{} ends, and could not be deregistered",
                    registration.instance().identity(),
                    e);
        }
    }

    /** As {@link #close(Duration)} with 10 s. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    /**
     * Deregisters and shuts the server down; returns when it is down. A second caller waits for the first one.
     *
     * <p>Takes 2 s for the store at most, {@value #NOTICE_MILLIS} ms, and then as long as calls are under way, within the bound. An interrupt makes it short.
     *
     * @param patience how long calls may take to end before they are cut off; a day at most
     */
    public void close(Duration patience) {
        if (!begin()) {
            await(patience);
            return;
        }
        try {
            watch.interrupt();
            if (Thread.currentThread() != hook) {
                letGoOfTheJvm();
            }
            registration.close();
            if (!server.isShutdown()) {
                TimeUnit.MILLISECONDS.sleep(NOTICE_MILLIS);
                server.shutdown();
            }
            if (!server.awaitTermination(bounded(patience), TimeUnit.NANOSECONDS)) {
                log.warn(
                        "calls to {} were cut off after {}",
                        registration.instance().identity(),
                        patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            server.shutdownNow();
            ended.countDown();
            joinWatch();
        }
    }

    /** In nanoseconds; whoever has more patience than a day waits for a day. */
    private static long bounded(Duration patience) {
        return patience.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : patience.toNanos();
    }

    private synchronized boolean begin() {
        boolean first = !closing;
        closing = true;
        return first;
    }

    private void await(Duration patience) {
        try {
            if (!ended.await(bounded(patience) + TimeUnit.SECONDS.toNanos(4), TimeUnit.NANOSECONDS)) {
                log.warn("{} is still being closed", registration.instance().identity());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void joinWatch() {
        try {
            watch.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void letGoOfTheJvm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException | SecurityException e) {
            log.debug("the JVM is ending already, or takes no hooks", e);
        }
    }
}
