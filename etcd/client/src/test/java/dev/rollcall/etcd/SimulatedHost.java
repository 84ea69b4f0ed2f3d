package dev.rollcall.etcd;

import java.util.concurrent.Executor;

/** What a simulated process gives a client: its clock, its dice, and its one thread. */
public interface SimulatedHost {

    /** Monotonic nanoseconds of this process. */
    long nanos();

    /** From 0 (included) to 1 (not included). */
    double random();

    /** Runs tasks in the order given. */
    Executor serial();

    /** Runs a task later, on what {@link #serial()} stands for; what comes back takes it back. */
    Runnable later(long nanos, Runnable task);

    /** A step of the client threw: a bug. */
    void failed(Throwable bug);
}
