package dev.rollcall;

import dev.rollcall.discovery.Discovery;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.PatientWait;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.registration.Registrar;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the parts of a Rollcall in order and in time: who registers and who discovers side by side, then the client, then the callbacks. */
final class Closing {

    private static final Logger log = LoggerFactory.getLogger(Closing.class);
    private static final long BOUND = Duration.ofMillis(2_800).toNanos();
    private static final long AT_LEAST = Duration.ofMillis(100).toNanos();

    private final Registrar registrar;
    private final Discovery discovery;
    private final EtcdClient client;
    private final Executor listeners;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<@Nullable Thread> hook = new AtomicReference<>();

    Closing(Registrar registrar, Discovery discovery, EtcdClient client, Executor listeners) {
        this.registrar = registrar;
        this.discovery = discovery;
        this.client = client;
        this.listeners = listeners;
    }

    void atShutdown() {
        Thread thread = new Thread(this::closeOrWait, "rollcall-shutdown");
        hook.set(thread);
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Closes; where another thread is about it already, waits until it is done, for the JVM ends when its hooks have. */
    void closeOrWait() {
        close();
        boolean ended = PatientWait.within(Duration.ofNanos(BOUND), nanos -> done.await(nanos, TimeUnit.NANOSECONDS));
        log.debug("closed at shutdown: {}", ended);
    }

    void close() {
        if (begun.compareAndSet(false, true)) {
            try {
                closeAll(TimeSource.system().nanos() + BOUND);
            } finally {
                done.countDown();
            }
        }
    }

    private void closeAll(long deadline) {
        Thread registering = start("rollcall-close-registrar", registrar::close);
        Thread discovering = start("rollcall-close-discovery", discovery::close);
        join(registering, deadline);
        join(discovering, deadline);
        join(start("rollcall-close-client", client::close), deadline);
        if (listeners instanceof CallbackPool own) {
            own.close(Duration.ofNanos(remaining(deadline)));
        }
        forgetHook();
    }

    private static Thread start(String name, Runnable part) {
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                    } catch (RuntimeException e) {
                        log.warn("{} failed", name, e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread, long deadline) {
        if (!PatientWait.within(Duration.ofNanos(remaining(deadline)), nanos -> ended(thread, nanos))) {
            log.warn("{} takes too long; it goes on behind the scenes", thread.getName());
        }
    }

    private static boolean ended(Thread thread, long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
        return !thread.isAlive();
    }

    private static long remaining(long deadline) {
        return Math.max(AT_LEAST, deadline - TimeSource.system().nanos());
    }

    private void forgetHook() {
        Thread thread = hook.getAndSet(null);
        if (thread != null && thread != Thread.currentThread()) {
            try {
                Runtime.getRuntime().removeShutdownHook(thread);
            } catch (IllegalStateException | SecurityException e) {
                log.debug("closed while the JVM ends, or in one that takes no hooks", e);
            }
        }
    }
}
