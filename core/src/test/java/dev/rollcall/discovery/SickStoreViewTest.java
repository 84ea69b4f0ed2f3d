package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import dev.rollcall.internal.Backoff;
import dev.rollcall.internal.CallbackPool;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a view waits before it asks a store again that is sick. */
@Timeout(60)
class SickStoreViewTest {

    private static final long FIVE_SECONDS = Duration.ofSeconds(5).toNanos();

    @Test
    void aStoreThatDeniesIsAskedUpToFiveSecondsApart() {
        try (HastyTimer timer = new HastyTimer();
                ScriptedEtcd etcd = ScriptedEtcd.start();
                EtcdClient client = EtcdClient.connect(etcd.endpoint());
                CallbackPool pool = CallbackPool.start("rollcall-test", 2);
                Discovery discovery = timer.discovery(client, pool)) {
            etcd.always(KVGrpc.getRangeMethod())
                    .await()
                    .fail(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
            discovery.view("user");

            Await.until(() -> timer.delays().size() >= 12);

            assertThat(List.copyOf(timer.delays()).subList(8, 12))
                    .allMatch(delay -> delay > FIVE_SECONDS / 2 && delay <= FIVE_SECONDS);
        }
    }

    @Test
    void whoIsAwayIsAskedUpToOneSecondApart() {
        Backoff backoff = new Backoff(50_000_000, 1_000_000_000, 20);

        assertThat(patience(backoff, refused(EtcdError.UNAVAILABLE)).boundNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(patience(backoff, refused(EtcdError.TOO_LARGE)).boundNanos()).isEqualTo(FIVE_SECONDS);
        assertThat(patience(backoff, new IllegalStateException()).boundNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    private static Backoff patience(Backoff backoff, Throwable failure) {
        return ViewCalls.patience(backoff, failure, Duration.ofNanos(FIVE_SECONDS));
    }

    private static Throwable refused(EtcdError code) {
        return new CompletionException(new EtcdException(code, "on purpose"));
    }
}
