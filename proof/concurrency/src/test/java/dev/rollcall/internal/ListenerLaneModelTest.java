package dev.rollcall.internal;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.concurrency.Witness;
import dev.rollcall.internal.ListenerLane.Merge;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerLaneModelTest {

    @Test
    void theLastStateOfEachKeyIsDeliveredAndNothingTwice() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            ListenerLane<String> lane = new ListenerLane<>(Runnable::run, witness::runs, Merge.latest(), 0);
            together(
                    () -> {
                        lane.offer("a", "a1");
                        lane.offer("a", "a2");
                    },
                    () -> {
                        lane.offer("b", "b1");
                        lane.offer("b", "b2");
                    });
            List<String> seen = witness.seen();
            holds(seen.contains("a2") && seen.contains("b2"), "a last state is missing: " + seen);
            holds(seen.stream().distinct().count() == seen.size(), "twice: " + seen);
            holds(seen.indexOf("a1") < seen.indexOf("a2") && seen.indexOf("b1") < seen.indexOf("b2"), "order: " + seen);
        });
    }

    @Test
    void withRoomEveryEventIsDelivered() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            ListenerLane<String> lane = new ListenerLane<>(Runnable::run, witness::runs, Merge.latest());
            together(
                    () -> {
                        lane.offer("a", "a1");
                        lane.offer("a", "a2");
                    },
                    () -> lane.offer("a", "a3"));
            holds(witness.seen().size() == 3, "delivered: " + witness.seen());
        });
    }

    @Test
    void onlyTheDeliveryThatWasTakenMayEndAfterTheClose() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            ListenerLane<String> lane = new ListenerLane<>(Runnable::run, witness::runs, Merge.latest());
            int[] atClose = {-1};
            together(
                    () -> {
                        lane.offer("a", "a1");
                        lane.offer("b", "b1");
                        lane.offer("c", "c1");
                    },
                    () -> {
                        lane.close();
                        atClose[0] = witness.count();
                    });
            holds(witness.seen().size() <= atClose[0] + 1, "it went on after " + atClose[0]);
        });
    }

    @Test
    void whatWaitsWhenItIsFinishedIsStillDelivered() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            ListenerLane<String> lane = new ListenerLane<>(Runnable::run, witness::runs, Merge.latest());
            together(() -> lane.offer("a", "a1"), () -> {
                lane.offer("b", "b1");
                lane.finish();
            });
            holds(witness.seen().contains("b1"), "b1 is missing");
        });
    }
}
