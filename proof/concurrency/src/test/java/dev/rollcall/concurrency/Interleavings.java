package dev.rollcall.concurrency;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckSettings;

/**
 * Runs a scene again and again, each time with another interleaving of its threads: Lincheck decides at every shared access, lock and wait who goes on.
 *
 * <p>{@code -Dlincheck.invocations=N} says how many of them are tried.
 */
public final class Interleavings {

    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 40);

    /** The JDK's collections are taken for what they say they are: a kernel may switch inside of them no more than inside of a plain write. */
    private static final LincheckSettings KERNELS_ONLY = kernelsOnly();

    private Interleavings() {}

    private static LincheckSettings kernelsOnly() {
        LincheckSettings usual = new LincheckSettings();
        return new LincheckSettings(
                false, usual.getLoopIterationsBeforeThreadSwitch(), usual.getLoopBound(), usual.getRecursionBound());
    }

    /** Tries the scene, which makes its own objects and judges at its end. */
    public static void of(Runnable scene) {
        of(INVOCATIONS, scene);
    }

    /** As {@link #of(Runnable)}, with a number of interleavings of its own. */
    public static void of(int invocations, Runnable scene) {
        Lincheck.runConcurrentTestInternal$lincheck(invocations, KERNELS_ONLY, scene);
    }

    /** Runs parts of a scene at the same time, and returns when all are over. */
    public static void together(Runnable... parts) {
        List<Thread> threads = new ArrayList<>();
        for (Runnable part : parts) {
            threads.add(new Thread(part));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Throws where it does not hold. */
    public static void holds(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
