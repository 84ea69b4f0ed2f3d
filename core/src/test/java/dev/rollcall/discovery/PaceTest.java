package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.EtcdExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class PaceTest {

    private static final long MILLI = 1_000_000;

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @Test
    void theFirstIsTakenAtOnceAndThoseAfterItTogether() {
        Pace<String> pace = new Pace<>("a", Long.MAX_VALUE);
        long begin = Long.MAX_VALUE;
        assertThat(pace.publish("b", begin)).isZero();
        assertThat(pace.now()).isEqualTo("b");
        assertThat(pace.publish("c", begin + MILLI)).as("wants to be woken").isEqualTo(9 * MILLI);
        assertThat(pace.publish("d", begin + 2 * MILLI)).as("will be").isZero();
        assertThat(pace.now()).isEqualTo("b");
        assertThat(pace.wake("d", begin + 10 * MILLI)).isZero();
        assertThat(pace.now()).isEqualTo("d");
        assertThat(pace.publish("e", begin + 11 * MILLI)).isEqualTo(9 * MILLI);
        assertThat(pace.wake("e", begin + 99 * MILLI)).as("woken late").isZero();
        assertThat(pace.now()).isEqualTo("e");
    }

    @Test
    void whoIsWokenTooEarlyIsWokenAgain() {
        Pace<String> pace = new Pace<>("a", 0);
        pace.publish("b", 0);
        assertThat(pace.now()).isEqualTo("b");
        assertThat(pace.publish("c", 4 * MILLI)).isEqualTo(6 * MILLI);
        assertThat(pace.wake("c", 10 * MILLI - 1)).isEqualTo(1);
        assertThat(pace.now()).isEqualTo("b");
        assertThat(pace.publish("d", 10 * MILLI))
                .as("a change comes before it wakes")
                .isZero();
        assertThat(pace.wake("d", 10 * MILLI + 1)).isZero();
        assertThat(pace.now()).isEqualTo("d");
    }

    @Test
    void whereNobodyReadsEachIsTakenAtOnceAndNobodyIsWoken() {
        Pace<String> pace = new Pace<>("a", 0);
        pace.publish("b", 0);
        assertThat(pace.publish("c", MILLI)).isZero();
        assertThat(pace.publish("d", 2 * MILLI)).isZero();
        assertThat(pace.now()).isEqualTo("d");
        assertThat(pace.publish("e", 3 * MILLI))
                .as("paced again once it was read")
                .isEqualTo(9 * MILLI);
        assertThat(pace.now()).isEqualTo("d");
    }

    @Test
    void aViewsPacedSnapshotIsRenewedSeldomAndLacksNothingInTheEnd() {
        String[] endpoints = etcd.endpoints().toArray(String[]::new);
        try (EtcdClient client = EtcdClient.connect(endpoints);
                Rollcall rollcall = Rollcall.connect(endpoints)) {
            ServiceView view = rollcall.discover("paced");
            assertThat(view.awaitSnapshot(Duration.ofSeconds(10)).known()).isTrue();
            long begin = System.nanoTime();
            List<CompletionStage<?>> puts = new ArrayList<>();
            Set<Snapshot> seen = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                puts.add(client.kv()
                        .putAsync(Put.of(
                                "services/paced/" + i, "{\"Op\":0,\"Addr\":\"10.0.0.1:80\",\"Metadata\":null}")));
                seen.add(view.pacedSnapshot());
            }
            Await.until(() -> {
                seen.add(view.pacedSnapshot());
                return view.snapshot().revision() >= 501 && view.pacedSnapshot() == view.snapshot();
            });
            long millis = (System.nanoTime() - begin) / MILLI;
            puts.forEach(put -> put.toCompletableFuture().join());
            assertThat(seen).hasSizeBetween(2, (int) (millis / 10) + 3);
            assertThat(view.pacedSnapshot().instances()).hasSize(500);
        }
    }
}
