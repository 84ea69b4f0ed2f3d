package dev.rollcall.internal;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.concurrency.Witness;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class SerialExecutorModelTest {

    @Test
    void eachTaskRunsOnceOneAtATimeAndInTheOrderOfItsThread() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            SerialExecutor serial = new SerialExecutor(Runnable::run, 8);
            together(
                    () -> {
                        serial.execute(() -> witness.runs("a1"));
                        serial.execute(() -> witness.runs("a2"));
                    },
                    () -> serial.execute(() -> witness.runs("b1")));
            List<String> seen = witness.seen();
            holds(seen.size() == 3 && seen.contains("b1"), "ran: " + seen);
            holds(seen.indexOf("a1") < seen.indexOf("a2"), "out of order: " + seen);
        });
    }

    @Test
    void whatIsAcceptedRunsAndWhatIsRefusedDoesNot() {
        Interleavings.of(() -> {
            Witness<Integer> witness = new Witness<>();
            SerialExecutor serial = new SerialExecutor(Runnable::run, 1);
            boolean[] accepted = new boolean[3];
            Runnable[] parts = new Runnable[3];
            for (int i = 0; i < 3; i++) {
                int number = i;
                parts[i] = () -> accepted[number] = serial.offer(() -> witness.runs(number));
            }
            together(parts);
            for (int i = 0; i < 3; i++) {
                holds(accepted[i] == witness.seen().contains(i), i + " was accepted: " + accepted[i]);
            }
        });
    }

    @Test
    void onlyTheTaskThatWasTakenMayEndAfterTheClose() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            SerialExecutor serial = new SerialExecutor(Runnable::run, 8);
            int[] atClose = {-1};
            together(
                    () -> {
                        serial.offer(() -> witness.runs("a1"));
                        serial.offer(() -> witness.runs("a2"));
                        serial.offer(() -> witness.runs("a3"));
                    },
                    () -> {
                        serial.close();
                        atClose[0] = witness.count();
                    });
            holds(witness.seen().size() <= atClose[0] + 1, "it went on after " + atClose[0]);
        });
    }

    @Test
    void threadsThatRefuseForAWhileLoseNothingThatWasAcceptedLater() {
        Interleavings.of(() -> {
            Witness<String> witness = new Witness<>();
            boolean[] refuse = {true};
            Executor threads = task -> {
                if (refuse[0]) {
                    refuse[0] = false;
                    throw new java.util.concurrent.RejectedExecutionException();
                }
                task.run();
            };
            SerialExecutor serial = new SerialExecutor(threads, 8);
            boolean first = serial.offer(() -> witness.runs("refused"));
            together(() -> serial.offer(() -> witness.runs("a")), () -> serial.offer(() -> witness.runs("b")));
            holds(!first, "the first was accepted");
            holds(witness.seen().size() == 2 && !witness.seen().contains("refused"), "ran: " + witness.seen());
        });
    }
}
