package dev.rollcall.pick;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import java.util.List;
import org.junit.jupiter.api.Test;

class PickerModelTest {

    private static final Instance OLD = Instance.of("user", "10.0.0.1:80");
    private static final Instance NEW = Instance.of("user", "10.0.0.2:80");
    private static final Snapshot BEFORE = Snapshot.of("user", List.of(OLD));
    private static final Snapshot AFTER = Snapshot.of("user", List.of(NEW));

    /** As a view publishes: one volatile field. */
    private static final class Published {
        private volatile Snapshot now = BEFORE;
    }

    @Test
    void aPickIsOfTheSnapshotThatIsPublishedHoweverManyPrepareIt() {
        Interleavings.of(() -> {
            Published published = new Published();
            Picker picker = new RoundRobinPicker(new Candidates(() -> published.now), bound -> 0);
            together(
                    () -> {
                        published.now = AFTER;
                        holds(picker.pick().equals(NEW), "an old instance after the new snapshot");
                    },
                    () -> {
                        Instance first = picker.pick();
                        Instance second = picker.pick();
                        holds(!first.equals(NEW) || second.equals(NEW), "a pick went back in time");
                    });
            holds(picker.pick().equals(NEW), "an old instance at the end");
        });
    }

    @Test
    void twoWhoPickAtOnceTakeTurns() {
        Snapshot both = Snapshot.of("user", List.of(OLD, NEW));
        Interleavings.of(() -> {
            Picker picker = new RoundRobinPicker(new Candidates(() -> both), bound -> 0);
            Instance[] picked = new Instance[2];
            together(() -> picked[0] = picker.pick(), () -> picked[1] = picker.pick());
            holds(!picked[0].equals(picked[1]), "both got the same");
        });
    }
}
