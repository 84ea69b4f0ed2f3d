package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.PutResult;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchListener;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A view that stands still while it decodes, as with a list of a hundred thousand keys in a JVM that has just begun. */
class ViewWatchTest {

    private static final Keyspace KEYSPACE = Keyspace.plain("/slow");
    private static final String SLOW = "10.0.0.1:1";
    private static final int MEBIBYTE = 1 << 20;

    private final CountDownLatch decoding = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Observation> told = new CopyOnWriteArrayList<>();

    /** Stands still in the middle of one value. */
    private final Keyspace slow = (Keyspace) Proxy.newProxyInstance(
            Keyspace.class.getClassLoader(), new Class<?>[] {Keyspace.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("decode") && List.of(arguments).contains(Bytes.utf8(SLOW))) {
                    decoding.countDown();
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                }
                return method.invoke(KEYSPACE, arguments);
            });

    private final EmbeddedEtcd etcd = EmbeddedEtcd.start();
    private final EtcdClient client = EtcdClient.connect(etcd.endpoint());
    private final Discovery discovery =
            Discovery.over(client, slow, DiscoverySettings.DEFAULTS.withObserver(told::add));

    @AfterEach
    void close() {
        discovery.close();
        client.close();
        etcd.close();
    }

    private void put(String name, String value) {
        client.kv().put("/slow/user/" + name, value);
    }

    /** Each may come as a batch of its own. */
    private void putMany(int count) {
        List<CompletableFuture<PutResult>> puts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            puts.add(client.kv()
                    .putAsync(Put.of("/slow/user/new-" + i, "10.0.0.2:" + i))
                    .toCompletableFuture());
        }
        assertThat(CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new)))
                .succeedsWithin(Duration.ofSeconds(30));
    }

    /** More than may wait for a step; returns when the view has heard it, for its watch is on the same stream as ours. */
    private void putMuch() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        client.watches()
                .watch(WatchRequest.of(KeyRange.single(Bytes.utf8("/slow/user/last"))), batch -> last.countDown());
        String large = "x".repeat(MEBIBYTE);
        for (long bytes = 0; bytes <= Inflow.MOST_BYTES; bytes += MEBIBYTE) {
            put("large", large);
        }
        client.kv().delete("/slow/user/large");
        put("last", "10.0.0.2:2");
        assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private ServiceView viewThatDecodesItsList() throws InterruptedException {
        put("slow", SLOW);
        ServiceView view = discovery.openView("user");
        assertThat(decoding.await(30, TimeUnit.SECONDS)).isTrue();
        Await.until(() -> etcd.openWatches() == 1);
        return view;
    }

    private ServiceView viewThatDecodesAChange() throws InterruptedException {
        put("first", "10.0.0.2:1");
        ServiceView view = discovery.openView("user");
        view.awaitInstances(1, Duration.ofSeconds(30));
        put("slow", SLOW);
        assertThat(decoding.await(30, TimeUnit.SECONDS)).isTrue();
        return view;
    }

    private void assertFollowsWithoutReadingAgain(ServiceView view, int instances) throws InterruptedException {
        goOn.countDown();
        view.awaitInstances(instances, Duration.ofSeconds(30));
        assertThat(view.health().lists()).isEqualTo(1);
        assertThat(told).noneMatch(Observation.Resynced.class::isInstance);
    }

    @Test
    void theStoreWatchesWhileAListIsDecodedAndNothingIsMissed() throws InterruptedException {
        ServiceView view = viewThatDecodesItsList();
        putMany(4_000);
        assertFollowsWithoutReadingAgain(view, 1 + 4_000);
    }

    @Test
    void whatDoesNotFitInMemoryMeanwhileIsAskedForAgain() throws InterruptedException {
        ServiceView view = viewThatDecodesItsList();
        putMuch();
        putMany(100);
        assertFollowsWithoutReadingAgain(view, 2 + 100);
    }

    /** A step that waited behind the one that stood still would otherwise take the cause for one of before. */
    @Test
    void whyTheWatchBrokeIsKnownThoughStepsOfBeforeStillWaited() throws InterruptedException {
        ServiceView view = viewThatDecodesAChange();
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch broken = new CountDownLatch(1);
        client.watches().watch(WatchRequest.of(KeyRange.single(Bytes.utf8("/slow/user/more"))), new WatchListener() {
            @Override
            public void batch(WatchBatch batch) {
                heard.countDown();
            }

            @Override
            public void interrupted(EtcdException cause) {
                broken.countDown();
            }
        });
        put("more", "10.0.0.2:3");
        assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        etcd.stop();
        assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();

        Await.until(() -> view.snapshot().freshness() == Freshness.STALE);
        assertThat(view.snapshot().instances()).hasSize(3);
        assertThat(view.health().lastError()).isPresent();
    }

    @Test
    void aViewThatStandsStillForLongReadsAnewWhatItCouldNotKeep() throws InterruptedException {
        ServiceView view = viewThatDecodesAChange();
        putMuch();
        client.kv().delete("/slow/user/first");
        putMany(100);
        goOn.countDown();

        Await.until(() ->
                view.snapshot().instances().size() == 2 + 100 && view.snapshot().freshness() == Freshness.LIVE);
        Await.until(() -> told.stream().anyMatch(Observation.Resynced.class::isInstance));
        assertThat(told)
                .filteredOn(Observation.Resynced.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Observation.Resynced.class,
                        resynced -> assertThat(resynced.cause()).isEqualTo(ResyncCause.MISSED.name()));
    }
}
