package dev.rollcall.concurrency;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The checker finds what it is there for: kernels with the mistakes one makes. */
class CheckerTest {

    /** Whether a runner is needed is asked outside of the lock under which the queue was filled. */
    private static final class AsksTooLate implements Executor {

        private final Queue<Runnable> queue = new ArrayDeque<>();
        private boolean busy;

        @Override
        public void execute(Runnable task) {
            synchronized (queue) {
                queue.add(task);
            }
            if (!busy) {
                busy = true;
                drain();
            }
        }

        private void drain() {
            while (true) {
                Runnable next;
                synchronized (queue) {
                    next = queue.poll();
                }
                if (next == null) {
                    busy = false;
                    return;
                }
                next.run();
            }
        }
    }

    /** Which interleavings are tried first is chance: the few that suffice for the search in every build may all be harmless. */
    @Test
    void aSerialQueueThatAsksTooLateIsFound() {
        assertThatThrownBy(() -> Interleavings.of(10_000, () -> {
                    Witness<Integer> witness = new Witness<>();
                    Executor serial = new AsksTooLate();
                    Interleavings.together(
                            () -> serial.execute(() -> witness.runs(1)), () -> serial.execute(() -> witness.runs(2)));
                    Interleavings.holds(witness.seen().size() == 2, "one is lost");
                }))
                .isInstanceOf(AssertionError.class);
    }
}
