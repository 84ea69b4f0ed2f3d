package dev.rollcall.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Tells that the process is asked to end (SIGTERM, SIGINT, SIGHUP), so that a command that runs until then can tidy up and choose its exit
 * code. Until {@link #arm()} a signal ends the JVM as usual; the second signal does so in any case, the third without tidying up. Safe for use by
 * several threads.
 */
public final class StopSignal {

    private final CompletableFuture<String> raised = new CompletableFuture<>();
    private final Consumer<StopSignal> installer;
    private final AtomicInteger repeated = new AtomicInteger();
    private volatile boolean armed;

    private StopSignal(Consumer<StopSignal> installer) {
        this.installer = installer;
    }

    /** The signals of this process. */
    static StopSignal ofProcess() {
        return new StopSignal(StopSignal::install);
    }

    /** One that only {@link #raise(String)} raises. */
    public static StopSignal manual() {
        return new StopSignal(stop -> {});
    }

    /** From now on the first signal is reported here instead of ending the JVM. */
    public void arm() {
        if (!armed) {
            armed = true;
            installer.accept(this);
        }
    }

    /** Reports a signal by its name without {@code SIG}; false if one was reported before. */
    public boolean raise(String name) {
        return raised.complete(name);
    }

    /** Whether a signal was reported. */
    public boolean isRaised() {
        return raised.isDone();
    }

    /** Runs an action when a signal is reported, on the thread that reports it. */
    public void onRaise(Consumer<String> action) {
        var unused = raised.thenAccept(action);
    }

    /** Waits for a signal; false if none came in time. */
    public boolean await(Duration bound) {
        try {
            raised.get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a signal as long as it takes: this is what keeps a foreground command there. */
    public void await() {
        boolean stopped = false;
        while (!stopped) {
            stopped = await(Duration.ofHours(1));
        }
    }

    /** What a command exits with that was to run until stopped: 130 after SIGINT, 0 after the others and when it was not stopped. */
    public int exitCode() {
        return raised.getNow("").equals("INT") ? ExitCode.INTERRUPTED : ExitCode.OK;
    }

    private void received(String name) {
        if (raise(name)) {
            return;
        }
        int code = 128 + (name.equals("INT") ? 2 : name.equals("TERM") ? 15 : 1);
        if (repeated.getAndIncrement() == 0) {
            Runtime.getRuntime().exit(code);
        } else {
            Runtime.getRuntime().halt(code);
        }
    }

    /** By reflection, because naming {@code sun.misc.Signal} is a compiler warning that cannot be switched off; jdk.unsupported has it everywhere. */
    private static void install(StopSignal stop) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (String name : new String[] {"INT", "TERM", "HUP"}) {
                InvocationHandler report = (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        stop.received(name);
                        yield null;
                    }
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> "the handler of SIG" + name;
                };
                Object bridge = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, report);
                Object number = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, number, bridge);
            }
        } catch (ReflectiveOperationException e) {
            // A JVM without that class, or one that keeps a signal to itself (-Xrs): then the hook is what is left.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop.raise("TERM"), "rollcall-stop"));
        }
    }
}
