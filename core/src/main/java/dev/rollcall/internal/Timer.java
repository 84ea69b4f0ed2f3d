package dev.rollcall.internal;

/**
 * Runs things later.
 *
 * <p>Tasks are short and hand over to an executor what takes longer; an exception of one is logged and harms no other. Safe for use by several threads.
 */
public interface Timer extends AutoCloseable {

    /**
     * Runs the task once after the delay.
     *
     * @param delayNanos nanoseconds from now; 0 or less is "at once"
     * @return the way to call it off; after {@link #close()} nothing is scheduled and the handle does nothing
     */
    Handle schedule(long delayNanos, Runnable task);

    /** Drops what is scheduled and joins the thread, within 1 s. Idempotent. */
    @Override
    void close();

    /** A timer with a thread of its own, called {@code rollcall-timer}. */
    static Timer start() {
        return new ThreadTimer("rollcall-timer");
    }

    /** One scheduled task. */
    @FunctionalInterface
    interface Handle {

        /** Calls the task off, where it has not begun. */
        void cancel();
    }
}
