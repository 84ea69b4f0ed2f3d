package dev.rollcall.pick;

import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.Overlay;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A picker over snapshots made by hand, with time that stands until it is moved, and dice that always fall the same. */
final class PickRig implements TimeSource {

    private volatile Snapshot shown;
    private volatile Overlays overlays = Overlays.none();
    private final AtomicLong nanos =
            new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // a clock may begin anywhere, and pass its end
    private final Picker picker;

    PickRig(PickStrategy strategy, Instance... instances) {
        this(strategy, RandomSource.seeded(7), instances);
    }

    PickRig(PickStrategy strategy, RandomSource random, Instance... instances) {
        this.shown = Snapshot.of("user", List.of(instances));
        this.picker = strategy.over(new Candidates.Source(() -> shown, () -> shown, () -> overlays), this, random);
    }

    /** {@code user-00:80} and so on. */
    static Instance[] users(int count) {
        Instance[] users = new Instance[count];
        Arrays.setAll(users, i -> Instance.of("user", String.format("user-%05d:80", i)));
        return users;
    }

    Picker picker() {
        return picker;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    /** Lets time pass. */
    PickRig pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        return this;
    }

    /** Shows something else, and lets so much time pass that it counts. */
    PickRig show(Instance... instances) {
        showAtOnce(instances);
        return pass(Duration.ofMillis(10));
    }

    void showAtOnce(Instance... instances) {
        shown = Snapshot.of("user", List.of(instances));
    }

    /** Takes out by hand whom the overlays are about, nobody else, and lets so much time pass that it counts. */
    PickRig layOver(Overlay... laid) {
        layOverAtOnce(laid);
        return pass(Duration.ofMillis(10));
    }

    void layOverAtOnce(Overlay... laid) {
        overlays = Overlays.of(List.of(laid));
    }

    List<Instance> picks(int count) {
        List<Instance> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picked.add(picker.pick());
        }
        return picked;
    }

    /** How often each instance was picked. */
    Map<String, Integer> counts(int picks) {
        return counts(picks(picks));
    }

    static Map<String, Integer> counts(List<Instance> picked) {
        Map<String, Integer> counts = new TreeMap<>();
        picked.forEach(instance -> counts.merge(instance.id(), 1, Integer::sum));
        return counts;
    }

    /** A call to this instance that fails, and so many of them, as a caller tells who only picks. */
    void fail(Instance instance, int times) {
        for (int i = 0; i < times; i++) {
            picker.failed(instance, Duration.ofMillis(1), new IOException("refused"));
        }
        pass(Duration.ofMillis(10));
    }

    /** A call to this instance that lasts. */
    void begin(Instance instance) {
        for (int i = 0; i < 10_000; i++) {
            Call call = picker.start();
            if (call.instance().equals(instance)) {
                return;
            }
            call.cancelled();
        }
        throw new AssertionError(instance + " is never picked: " + picker.leftOut() + counts(1_000) + picker.health());
    }

    void succeed(Instance instance, int times) {
        for (int i = 0; i < times; i++) {
            picker.succeeded(instance, Duration.ofMillis(1));
        }
    }
}
