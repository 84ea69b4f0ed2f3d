package dev.rollcall.internal;

import java.time.Duration;

/**
 * A wait that ends when it is over or at its bound, and not by an interrupt: a close must finish, and a pick may not fail, on a thread that was told to stop
 * too.
 */
@FunctionalInterface
public interface PatientWait {

    /** Waits; answers whether it is over. */
    boolean upTo(long nanos) throws InterruptedException;

    /** Waits to the end or the bound; answers whether it is over. An interrupt is kept for the caller. */
    static boolean within(Duration bound, PatientWait wait) {
        long deadline = TimeSource.system().nanos() + bound.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.upTo(Math.max(1, deadline - TimeSource.system().nanos()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
