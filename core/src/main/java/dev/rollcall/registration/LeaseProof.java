package dev.rollcall.registration;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Whether the renewals of a lease are believed again after it was suspect.
 *
 * <p>A leader that was halted and voted out meanwhile goes on to acknowledge renewals for a moment, of leases that may have run out under its successor.
 * A read through the quorum tells the term that is true now: only what was acknowledged in that term brings a suspect lease back. On the registrar's
 * serial executor, but for {@link #isOpen}.
 */
final class LeaseProof {

    private final Consumer<LongConsumer> question;
    private final Executor later;
    private final Runnable given;
    private volatile boolean open;

    /** Written after {@link #open}, and read before it. */
    private volatile long heard;

    private boolean renewed;
    private long acknowledged;
    private boolean asking;
    private boolean again;
    private long asked;

    /**
     * Of a lease that was just granted.
     *
     * @param question asks for the term of the store by a read through the quorum, and hands it over once it has it
     * @param later runs a task after a while, on the same executor
     * @param given run when the renewals are believed again
     */
    LeaseProof(Consumer<LongConsumer> question, Executor later, Runnable given) {
        this.question = question;
        this.later = later;
        this.given = given;
    }

    /**
     * Whether the lease was suspect, and no renewal is believed yet. From any thread.
     *
     * @param lapses how often the client says it was suspect: one that nobody has told us of yet counts
     */
    boolean isOpen(long lapses) {
        return lapses != heard || open;
    }

    /** The lease may have run out. A question under way was asked too early. */
    void suspected() {
        open = true;
        long sofar = heard;
        heard = sofar + 1;
        again = asking;
        renewed = false;
    }

    /** A renewal was acknowledged in a term. */
    void renewed(long term) {
        renewed = true;
        acknowledged = term;
        if (!open) {
            return;
        }
        if (asking) {
            again = true;
        } else {
            ask();
        }
    }

    private void ask() {
        asked++;
        asking = true;
        again = false;
        question.accept(this::answered);
    }

    /** Where another term is true the first renewal in it is told, and asks at once; should the answer have been wrong, it is asked for again. */
    private void answered(long term) {
        asking = false;
        if (!renewed) {
            return;
        }
        if (again) {
            ask();
        } else if (Long.compareUnsigned(acknowledged, term) >= 0) {
            open = false;
            given.run();
        } else {
            long sofar = asked;
            later.execute(() -> askAfter(sofar));
        }
    }

    /** Unless it was asked meanwhile, or the lease was suspect again, and the next renewal asks. */
    private void askAfter(long sofar) {
        if (open && renewed && asked == sofar) {
            ask();
        }
    }
}
