package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A batch costs the same, counted in bytes that are allocated, however many wait before it. */
class LongBacklogTest {

    private static final int HALF = 5_000;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    private long bytesFor(int batches) {
        long bytes = 0;
        for (int i = 0; i < batches; i++) {
            store.put("a/1", "x" + i, 11);
            ViewEvent event = new ViewEvent.Changed(Objects.requireNonNull(store.batch(store.revision, 1)));
            long before = thread.getCurrentThreadAllocatedBytes();
            rig.send(event);
            bytes += thread.getCurrentThreadAllocatedBytes() - before;
        }
        return bytes;
    }

    private void eachBatchCostsTheSame() {
        bytesFor(100);
        long first = bytesFor(HALF);
        long second = bytesFor(HALF);
        assertThat(second).as("bytes of the second half, after %d", first).isLessThan(first + first / 2);
    }

    @Test
    void batchesThatWaitForAProof() {
        rig.live(store).broken().created(store, true);
        eachBatchCostsTheSame();
        assertThat(rig.state.waiting().isEmpty()).isFalse();
    }

    @Test
    void batchesThatComeDuringAnAudit() {
        rig.live(store);
        rig.send(new ViewEvent.AuditDue());
        eachBatchCostsTheSame();
        assertThat(rig.state.audit().stage()).isEqualTo(AuditState.Stage.ASKED);
    }

    @Test
    void batchesOfManyKeysThatAreTakenInAfterAProof() {
        bytesToTakeIn(100);
        long few = bytesToTakeIn(1_000);
        long many = bytesToTakeIn(2_000);

        assertThat(many).as("bytes for twice as many as took %d", few).isLessThan(3 * few);
    }

    private long bytesToTakeIn(int batches) {
        Store other = new Store(7, 2);
        other.put("a/0", "x", 11);
        Rig late = new Rig().live(other).broken().created(other, true);
        for (int i = 1; i <= batches; i++) {
            other.put("a/" + i, "x", 11);
            late.send(new ViewEvent.Changed(Objects.requireNonNull(other.batch(other.revision, 1))));
        }
        ViewEvent proof = other.recall(late.recall, other.header());
        long before = thread.getCurrentThreadAllocatedBytes();
        late.send(proof);
        long bytes = thread.getCurrentThreadAllocatedBytes() - before;
        assertThat(late.shown()).hasSize(batches + 1);
        return bytes;
    }
}
