package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.PutResult;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A list that takes long to decode, as one of a hundred thousand keys does in a JVM that has just begun. */
class WatchAheadTest {

    private static final Keyspace KEYSPACE = Keyspace.plain("/slow");
    private static final int PUTS = 4_000;

    private final CountDownLatch decoding = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Observation> told = new CopyOnWriteArrayList<>();

    /** Stands still in the middle of the first value. */
    private final Keyspace slow = (Keyspace) Proxy.newProxyInstance(
            Keyspace.class.getClassLoader(), new Class<?>[] {Keyspace.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("decode")) {
                    decoding.countDown();
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                }
                return method.invoke(KEYSPACE, arguments);
            });

    @Test
    void theStoreWatchesMeanwhileAndNothingIsMissedHoweverMuchHappens() throws InterruptedException {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().httpPort(0).start();
                EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
            client.kv().put("/slow/user/1", "10.0.0.1:80");
            try (Discovery discovery =
                    Discovery.over(client, slow, DiscoverySettings.DEFAULTS.withObserver(told::add))) {
                ServiceView view = discovery.openView("user");
                assertThat(decoding.await(30, TimeUnit.SECONDS)).isTrue();
                Await.until(() -> watchers(etcd) == 1);
                put(client);
                goOn.countDown();

                view.awaitInstances(1 + PUTS, Duration.ofSeconds(30));
                assertThat(view.health().lists()).isEqualTo(1);
            }
        }
        assertThat(told).noneMatch(Observation.Resynced.class::isInstance);
    }

    /** Each may come as a batch of its own. */
    private static void put(EtcdClient client) {
        List<CompletableFuture<PutResult>> puts = new ArrayList<>();
        for (int i = 1; i <= PUTS; i++) {
            puts.add(client.kv()
                    .putAsync(Put.of("/slow/user/new-" + i, "10.0.0.1:" + i))
                    .toCompletableFuture());
        }
        assertThat(CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new)))
                .succeedsWithin(Duration.ofSeconds(30));
    }

    private static long watchers(EmbeddedEtcd etcd) {
        try (InputStream page = URI.create(etcd.httpEndpoint().orElseThrow() + "/metrics")
                .toURL()
                .openStream()) {
            String line = new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(one -> one.startsWith("etcd_debugging_mvcc_watcher_total "))
                    .findFirst()
                    .orElseThrow();
            return (long) Double.parseDouble(line.substring(line.indexOf(' ')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
