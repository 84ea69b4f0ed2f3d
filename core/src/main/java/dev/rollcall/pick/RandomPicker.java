package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.util.Optional;

/** Takes any. */
final class RandomPicker implements Picker {

    private final Candidates candidates;
    private final RandomSource random;

    RandomPicker(Candidates candidates, RandomSource random) {
        this.candidates = candidates;
        this.random = random;
    }

    @Override
    public Instance pick() {
        Instance[] instances = candidates.now();
        if (instances.length == 0) {
            throw candidates.none();
        }
        return instances[(int) random.below(instances.length)];
    }

    @Override
    public Optional<Instance> tryPick() {
        Instance[] instances = candidates.now();
        return instances.length == 0 ? Optional.empty() : Optional.of(instances[(int) random.below(instances.length)]);
    }
}
