package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes one after the other. */
final class RoundRobinPicker implements Picker {

    private final Candidates candidates;
    private final AtomicInteger turn;

    RoundRobinPicker(Candidates candidates, RandomSource random) {
        this.candidates = candidates;
        this.turn = new AtomicInteger((int) random.below(1 << 16));
    }

    @Override
    public Instance pick() {
        Instance[] instances = candidates.now();
        if (instances.length == 0) {
            throw candidates.none();
        }
        return instances[next(instances.length)];
    }

    @Override
    public Optional<Instance> tryPick() {
        Instance[] instances = candidates.now();
        return instances.length == 0 ? Optional.empty() : Optional.of(instances[next(instances.length)]);
    }

    private int next(int count) {
        return Integer.remainderUnsigned(turn.getAndIncrement(), count);
    }
}
