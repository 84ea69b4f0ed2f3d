package dev.rollcall.pick;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a picker knows of one instance from the calls to it. It belongs to the identity, so that an update of the instance does not reset it.
 *
 * <p>What callers report is wait-free: additions, one comparison and plain writes, no loop. Reports that meet may lose one another's latency, or a count at
 * the turn of a window; never a call in flight, and nobody is accused for fewer failures than it takes. Ejecting and giving back is for whoever builds the
 * next table, one thread at a time.
 */
final class Standing {

    /** Latency is remembered for about so long. */
    private static final double MEMORY_NANOS = 2e9;

    /** A failure counts as a call that took so long, so that what refuses at once does not look fast. */
    private static final double FAILURE_NANOS = 1e9;

    /** An accusation that is older had no consequence, because too many were out; the next success ends it. */
    private static final long ACCUSED_NANOS = 1_000_000_000;

    /** Counts of a window in one number: which window, the successes, the failures. */
    private static final int WINDOW_SHIFT = 48;

    private static final int SUCCESS_SHIFT = 24;
    private static final long SUCCESS = 1L << SUCCESS_SHIFT;
    private static final long FAILURE = 1;
    private static final long MANY = 1L << 23;
    private static final long MASK = SUCCESS - 1;
    private static final VarHandle IN_FLIGHT = field("inFlight", int.class);
    private static final VarHandle IN_ROW = field("failuresInRow", int.class);
    private static final VarHandle COUNTS = field("counts", long.class);

    private final EjectionRules rules;
    private final long windowNanos;
    private final long hash;
    private final AtomicInteger total;
    private final long madeAt;

    private volatile int inFlight;
    private volatile int failuresInRow;
    private volatile long counts;
    private volatile double latency;
    private volatile long measuredAt;
    private volatile boolean onProbation;
    private volatile String accusation = "";
    private volatile long accusedAt;
    private volatile @Nullable Class<?> lastFailure;
    private volatile boolean ejected;
    private volatile long ejectedUntil;
    private volatile String ejectedFor = "";
    private volatile boolean fresh;
    private volatile long freshSince;

    private int ejections;
    private long returnedAt;
    private @Nullable Candidate candidate;
    private long seenIn;
    private int points;

    /**
     * Of an instance that nobody called yet.
     *
     * @param hash of its identity
     * @param total the calls in flight to all instances of the picker
     */
    Standing(EjectionRules rules, long hash, AtomicInteger total, long now) {
        this.rules = rules;
        this.windowNanos = rules.window().toNanos();
        this.hash = hash;
        this.total = total;
        this.madeAt = now;
        this.measuredAt = now;
        this.returnedAt = now;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Standing.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void begun() {
        IN_FLIGHT.getAndAdd(this, 1);
        total.getAndIncrement();
    }

    void ended() {
        IN_FLIGHT.getAndAdd(this, -1);
        total.getAndDecrement();
    }

    void succeeded(long now, long nanos) {
        measure(now, (double) nanos);
        count(now, SUCCESS);
        if (failuresInRow != 0) {
            failuresInRow = 0;
        }
        if (onProbation) {
            onProbation = false;
        }
        if (!accusation.isEmpty() && now - accusedAt > ACCUSED_NANOS) {
            accusation = "";
        }
    }

    /** Takes a failure in; true where it is reason enough to eject. */
    boolean failed(long now, long nanos, Class<?> what) {
        measure(now, Math.max((double) nanos, FAILURE_NANOS));
        lastFailure = what;
        int row = (int) IN_ROW.getAndAdd(this, 1) + 1;
        long counted = count(now, FAILURE);
        if (ejected || rules.mostPercent() == 0) {
            return false;
        }
        long failures = counted & MASK;
        long calls = failures + ((counted >>> SUCCESS_SHIFT) & MASK);
        String found = "";
        if (rules.failuresInRow() > 0 && row >= rules.failuresInRow()) {
            found = "failures in a row";
        } else if (onProbation) {
            found = "a failure after its return";
        } else if (rules.failurePercent() > 0
                && calls >= rules.enoughCalls()
                && failures * 100 >= calls * rules.failurePercent()) {
            found = "its share of failures";
        }
        if (found.isEmpty()) {
            return false;
        }
        accusedAt = now;
        accusation = found;
        return true;
    }

    private void measure(long now, double sample) {
        double before = latency;
        if (before == 0) {
            latency = Math.max(1, sample);
        } else {
            double keep = Math.exp(-Math.max(0, now - measuredAt) / MEMORY_NANOS);
            latency = Math.max(1, before * keep + sample * (1 - keep));
        }
        measuredAt = now;
    }

    /** Adds one, and gives the counts of its window; of another one where somebody else is about to begin it: then this one is not judged. */
    private long count(long now, long unit) {
        long window = window(now);
        long before = counts;
        if (before >>> WINDOW_SHIFT != window >>> WINDOW_SHIFT) {
            if (COUNTS.compareAndSet(this, before, window + unit)) {
                return unit;
            }
        } else if ((before & MASK) >= MANY || ((before >>> SUCCESS_SHIFT) & MASK) >= MANY) {
            return before;
        }
        long after = (long) COUNTS.getAndAdd(this, unit) + unit;
        return after >>> WINDOW_SHIFT == window >>> WINDOW_SHIFT ? after : 0;
    }

    private long window(long now) {
        return ((now - madeAt) / windowNanos) << WINDOW_SHIFT;
    }

    int inFlight() {
        return inFlight;
    }

    /** What a further call is likely to take, for its weight; 0 where nothing is known and nothing is under way. */
    double cost(int weight) {
        int calls = inFlight;
        double nanos = latency;
        if (nanos == 0) {
            return calls == 0 ? 0 : calls * FAILURE_NANOS / weight;
        }
        return nanos * (calls + 1) / weight;
    }

    long hash() {
        return hash;
    }

    boolean isEjected() {
        return ejected;
    }

    boolean isAccused() {
        return !accusation.isEmpty();
    }

    int failuresInRow() {
        return failuresInRow;
    }

    /** Until when it is ejected, by the picker's clock. */
    long ejectedUntil() {
        return ejectedUntil;
    }

    /** Leaves it out for a while: for longer if that happened before. */
    void eject(long now) {
        ejections = now - returnedAt >= rules.longest().toNanos() ? 1 : ejections + 1;
        Class<?> last = lastFailure;
        ejectedFor = accusation + (last == null ? "" : " (" + last.getSimpleName() + ")");
        ejectedUntil = now + rules.nanos(ejections);
        accusation = "";
        ejected = true;
    }

    /** Lets it be picked again, on probation. A failure that was told while it was ejected does not count. */
    void giveBack(long now) {
        failuresInRow = 0;
        counts = window(now);
        returnedAt = now;
        accusation = "";
        onProbation = true;
        ejected = false;
    }

    /** Why it is left out. */
    String sentence(long now) {
        return "ejected for " + Math.max(0, ejectedUntil - now) / 1_000_000 + " ms more: " + ejectedFor;
    }

    void beginSlowly(long now) {
        freshSince = now;
        fresh = true;
    }

    boolean isFresh() {
        return fresh;
    }

    /** How long it is there, in nanoseconds; of use while it is fresh. */
    long age(long now) {
        return now - freshSince;
    }

    void grown() {
        fresh = false;
    }

    /** What stands for it in the current table; for whoever builds tables, and for rings. */
    @Nullable Candidate candidate() {
        return candidate;
    }

    void candidate(Candidate next) {
        candidate = next;
    }

    long seenIn() {
        return seenIn;
    }

    void seenIn(long build) {
        seenIn = build;
    }

    /** A note of whoever makes a ring; 0 when it is made. */
    int points() {
        return points;
    }

    void points(int noted) {
        points = noted;
    }
}
