package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Picks from the table of the moment. */
final class FollowingPicker implements Picker {

    private final Candidates candidates;
    private final TimeSource time;
    private final RandomSource random;
    private final boolean keyed;
    private final AtomicInteger inFlight;
    private final LongAdder successes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * A picker from what is prepared.
     *
     * @param keyed whether the strategy goes by keys: a call without one goes anywhere
     * @param inFlight the calls in flight to all
     */
    FollowingPicker(
            Candidates candidates, TimeSource time, RandomSource random, boolean keyed, AtomicInteger inFlight) {
        this.candidates = candidates;
        this.time = time;
        this.random = random;
        this.keyed = keyed;
        this.inFlight = inFlight;
    }

    @Override
    public Instance pick() {
        return required(anyKey()).instance();
    }

    @Override
    public Instance pick(Object key) {
        return required(Hash64.mix(key.hashCode())).instance();
    }

    @Override
    public Optional<Instance> tryPick() {
        Candidate found = another(anyKey(), null, false);
        if (found == null) {
            misses.increment();
        }
        return Optional.ofNullable(found).map(Candidate::instance);
    }

    @Override
    public Call start() {
        return start(anyKey());
    }

    @Override
    public Call start(Object key) {
        return start(Hash64.mix(key.hashCode()));
    }

    private Call start(long key) {
        return new Call(this, key, required(key), time.nanos());
    }

    private long anyKey() {
        return keyed ? Hash64.mix(random.below(Long.MAX_VALUE)) : 0;
    }

    private Candidate required(long key) {
        Candidate found = another(key, null);
        if (found == null) {
            misses.increment();
            throw none();
        }
        return found;
    }

    NoInstanceException none() {
        return candidates.none();
    }

    /** Says that a filter would decide otherwise now: the next table asks it. */
    void renew() {
        candidates.accuse();
    }

    /** Whose turn it is, but for those that the call tried; null where there is nobody. */
    @Nullable Candidate another(long key, @Nullable Call tried) {
        return another(key, tried, true);
    }

    private @Nullable Candidate another(long key, @Nullable Call tried, boolean patient) {
        Candidate found = candidates.now().next(key, tried);
        return found == null ? candidates.latest(patient).next(key, tried) : found;
    }

    @Override
    public void succeeded(Instance instance, Duration latency) {
        Standing standing = candidates.standing(instance.identity());
        if (standing != null) {
            succeeded(standing, time.nanos(), latency.toNanos());
        }
    }

    void succeeded(Standing standing, long now, long latency) {
        successes.increment();
        standing.succeeded(now, latency);
    }

    @Override
    public void failed(Instance instance, Duration latency, Throwable cause) {
        Standing standing = candidates.standing(instance.identity());
        if (standing != null) {
            failed(standing, time.nanos(), latency.toNanos(), cause.getClass());
        }
    }

    void failed(Standing standing, long now, long latency, Class<?> what) {
        failures.increment();
        if (standing.failed(now, latency, what)) {
            candidates.accuse();
        }
    }

    long nanos() {
        return time.nanos();
    }

    @Override
    public PickerHealth health() {
        Table table = candidates.now();
        return new PickerHealth(
                table.source().size(),
                candidates.leftOut().size(),
                table.panic(),
                inFlight.get(),
                successes.sum(),
                failures.sum(),
                misses.sum());
    }

    @Override
    public List<LeftOut> leftOut() {
        return candidates.leftOut();
    }
}
