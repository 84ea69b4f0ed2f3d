package dev.rollcall.etcd;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.concurrency.Witness;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class CallbacksModelTest {

    @Test
    void aSerialQueueRunsEachTaskOnceOneAtATimeInOrder() {
        Interleavings.of(() -> {
            Callbacks callbacks = Callbacks.on(Runnable::run);
            callbacks.end();
            Executor serial = callbacks.serial();
            Witness<String> witness = new Witness<>();
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
}
