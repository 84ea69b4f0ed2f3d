package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DiscoveryTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Keyspace KEYSPACE = Keyspace.standard();

    private EtcdClient client;
    private Discovery discovery;
    private LeaseId lease;

    @BeforeEach
    void connect() {
        client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
        discovery = Discovery.over(client, KEYSPACE, DiscoverySettings.DEFAULTS.withLeaseTime(Duration.ofMillis(500)));
        lease = client.leases().grant(Duration.ofMinutes(10)).id();
    }

    @AfterEach
    void close() {
        discovery.close();
        client.leases().revoke(lease);
        client.close();
    }

    private static Instance instance(String service, int number) {
        return Instance.of(service, "i" + number, "10.0." + number / 250 + "." + (number % 250 + 1) + ":80");
    }

    private Put put(Instance instance) {
        return Put.of(KEYSPACE.key(instance.identity()), KEYSPACE.encode(instance))
                .under(lease);
    }

    private void register(Instance... instances) {
        for (Instance instance : instances) {
            client.kv().put(put(instance));
        }
    }

    private void delete(Instance... instances) {
        for (Instance instance : instances) {
            client.kv().delete(Delete.key(KEYSPACE.key(instance.identity())));
        }
    }

    @Test
    void aViewShowsWhatIsThereAndTellsWhatComesAndGoes() throws InterruptedException {
        register(instance("user", 1), instance("user", 2));
        ServiceView view = discovery.view("user");
        Recorder recorder = new Recorder();
        view.addListener(recorder);
        assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
        assertThat(recorder.next()).isEqualTo("initial [i1, i2]");

        register(instance("user", 3));
        register(instance("user", 1).withStatus(InstanceStatus.LEAVING));
        delete(instance("user", 1), instance("user", 2));

        assertThat(recorder.until("down i2 EXPIRED"))
                .containsExactly("up i3", "updated i1 up->leaving", "down i1 DEREGISTERED", "down i2 EXPIRED");
        assertThat(view.snapshot().instances())
                .extracting(found -> found.instance().id())
                .containsExactly("i3");
        assertThat(view.health().entries()).isEqualTo(1);
    }

    @Test
    void whoLeavesIsShownButNotOffered() {
        register(instance("user", 1), instance("user", 2).withStatus(InstanceStatus.LEAVING));

        Snapshot snapshot = discovery.view("user").snapshot();

        assertThat(snapshot.instances()).hasSize(2);
        assertThat(snapshot.available()).hasSize(1);
    }

    @Test
    void nothingIsLostBetweenListAndWatchWhileOthersWrite() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        Thread writer = new Thread(
                () -> {
                    while (!stop.get()) {
                        register(instance("user", written.get()));
                        written.incrementAndGet();
                    }
                },
                "rollcall-test-writer");
        writer.start();
        List<ServiceView> views = new ArrayList<>();
        List<ConcurrentSkipListSet<String>> told = new ArrayList<>();
        AtomicInteger twice = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            ServiceView view = discovery.view("user", new ViewOptions(true, Duration.ofMillis(i)));
            ConcurrentSkipListSet<String> seen = new ConcurrentSkipListSet<>();
            view.addListener(SnapshotListener.of(
                    up -> {
                        if (!seen.add(up.instance().id())) {
                            twice.incrementAndGet();
                        }
                    },
                    down -> {}));
            views.add(view);
            told.add(seen);
        }
        stop.set(true);
        writer.join(SOON.toMillis());

        for (int i = 0; i < views.size(); i++) {
            ServiceView view = views.get(i);
            view.awaitInstances(written.get(), SOON);
            ConcurrentSkipListSet<String> seen = told.get(i);
            Await.until(() -> seen.size() == written.get());
        }
        assertThat(twice).hasValue(0);
    }

    @Test
    void aRestartWithItsDataShowsNobodyDown() throws InterruptedException {
        register(instance("user", 1), instance("user", 2), instance("user", 3));
        ServiceView view = discovery.view("user");
        Recorder recorder = new Recorder();
        view.addListener(recorder);
        assertThat(recorder.next()).isEqualTo("initial [i1, i2, i3]");

        etcd.etcd().stop();
        assertThat(recorder.next()).isEqualTo("STALE");
        assertThat(view.snapshot().instances()).hasSize(3);
        etcd.etcd().start();
        assertThat(recorder.next()).isEqualTo("LIVE");
        register(instance("user", 4));

        assertThat(recorder.next()).isEqualTo("up i4");
        assertThat(view.snapshot().epoch()).isEqualTo(1);
        assertThat(view.health().lists()).isEqualTo(1);
    }

    @Test
    void anEmptyRestartShowsNobodyDownAndTheTrueDifferenceAfterTheHold() throws InterruptedException {
        register(instance("user", 1), instance("user", 2), instance("user", 3));
        ServiceView view = discovery.view("user");
        Recorder recorder = new Recorder();
        view.addListener(recorder);
        assertThat(recorder.next()).isEqualTo("initial [i1, i2, i3]");

        etcd.etcd().wipe();
        lease = client.leases().grant(Duration.ofMinutes(10)).id();
        List<String> calls = recorder.until("GUARDED");
        assertThat(calls).hasSize(3).startsWith("STALE");
        assertThat(view.snapshot().instances()).hasSize(3);
        assertThat(view.snapshot().held()).isNotEmpty();
        register(instance("user", 2), instance("user", 9));

        assertThat(recorder.next()).isEqualTo("up i9");
        assertThat(recorder.until("LIVE")).containsExactly("down i1 UNKNOWN", "down i3 UNKNOWN", "LIVE");
        assertThat(view.snapshot().epoch()).isEqualTo(2);
        assertThat(view.snapshot().instances())
                .extracting(found -> found.instance().id())
                .containsExactly("i2", "i9");
    }

    @Test
    void afterACompactionWhileItWasAwayOnlyTheDifferenceIsTold() throws InterruptedException {
        register(instance("user", 1), instance("user", 2), instance("user", 3), instance("user", 4));
        try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoints().get(0));
                EtcdClient far = EtcdClient.connect(proxy.endpoint());
                Discovery away = Discovery.over(far, KEYSPACE, DiscoverySettings.DEFAULTS)) {
            ServiceView view = away.view("user");
            Recorder recorder = new Recorder();
            view.addListener(recorder);
            assertThat(recorder.next()).isEqualTo("initial [i1, i2, i3, i4]");
            Await.until(() -> etcd.etcd().openWatches() == 1);
            proxy.refuse();
            proxy.resetAll();
            assertThat(recorder.next()).isEqualTo("STALE");
            delete(instance("user", 1));
            register(instance("user", 2), instance("user", 5));
            etcd.etcd().compact();
            proxy.heal();
            assertThat(recorder.until("LIVE")).containsExactly("resynced MISSED", "down i1 UNKNOWN", "up i5", "LIVE");
            assertThat(view.snapshot().epoch()).isEqualTo(1);
        }
    }

    @Test
    void aValueThatCannotBeReadIsKeptAsideUntilItIsMended() {
        register(instance("user", 1));
        client.kv().put(Put.of("services/user/broken", "{not json").under(lease));
        ServiceView view = discovery.view("user");

        assertThat(view.snapshot().instances()).hasSize(1);
        assertThat(view.snapshot().quarantined())
                .singleElement()
                .satisfies(bad -> assertThat(bad.key()).isEqualTo(Bytes.utf8("services/user/broken")));
        register(Instance.of("user", "broken", "10.0.0.9:80"));

        assertThat(view.awaitInstances(2, SOON).quarantined()).isEmpty();
    }

    @Test
    void neighboursOfAPrefixAreNeverSeen() {
        register(instance("test", 1), instance("test1", 2), instance("test/deep", 3), instance("tes", 4));

        ServiceView one = discovery.view("test");
        ServiceView all = discovery.directory("test");

        assertThat(one.snapshot().instances())
                .extracting(found -> found.instance().service())
                .containsExactly("test");
        assertThat(all.snapshot().instances())
                .extracting(found -> found.instance().service())
                .allMatch(service -> service.equals("test") || service.startsWith("test/"));
        assertThat(discovery.services()).containsExactly("tes", "test", "test/deep", "test1");
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws InterruptedException {
        ServiceView view = discovery.view("user");
        view.addListener(SnapshotListener.of(
                up -> {
                    throw new IllegalStateException("this listener always fails");
                },
                down -> {}));
        Recorder recorder = new Recorder();
        view.addListener(recorder);

        register(instance("user", 1), instance("user", 2));

        assertThat(recorder.until("up i2")).containsExactly("initial []", "up i1", "up i2");
        Await.until(() -> view.health().listenerFailures() == 2);
    }

    @Test
    void aListenerThatIsSlowSeesWhatIsTrueInTheEnd() throws InterruptedException {
        ServiceView view = discovery.view("user");
        CountDownLatch go = new CountDownLatch(1);
        Map<String, Long> known = new TreeMap<>();
        AtomicInteger calls = new AtomicInteger();
        view.addListener(new SnapshotListener() {
            @Override
            public void initial(Snapshot snapshot) {
                try {
                    go.await(SOON.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void up(DiscoveredInstance instance) {
                updated(instance, instance);
            }

            @Override
            public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                synchronized (known) {
                    known.put(after.instance().id(), after.modRevision());
                    calls.incrementAndGet();
                }
            }

            @Override
            public void down(DiscoveredInstance last, DownCause cause, long revision) {
                synchronized (known) {
                    known.remove(last.instance().id());
                }
            }
        });
        for (int round = 0; round < 40; round++) {
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ops.add(put(instance("user", i).toBuilder().weight(round + 1).build()));
            }
            client.kv().txn(Txn.when().then(ops.toArray(Op[]::new)));
        }
        delete(instance("user", 7));
        Await.until(() -> view.snapshot().instances().size() == 99);
        go.countDown();

        Await.until(() -> {
            synchronized (known) {
                return known.size() == 99 && known.equals(revisions(view.snapshot()));
            }
        });
        assertThat(calls).hasValueLessThan(2_000);
    }

    private static Map<String, Long> revisions(Snapshot snapshot) {
        Map<String, Long> revisions = new TreeMap<>();
        snapshot.instances().forEach(found -> revisions.put(found.instance().id(), found.modRevision()));
        return revisions;
    }

    @Test
    void tenThousandInstancesAreSeenAndFollowed() throws InterruptedException {
        ServiceView view = discovery.view("big");
        Recorder recorder = new Recorder();
        view.addListener(recorder);
        for (int from = 0; from < 10_000; from += 100) {
            List<Op> ops = new ArrayList<>();
            for (int i = from; i < from + 100; i++) {
                ops.add(put(instance("big", i)));
            }
            client.kv().txn(Txn.when().then(ops.toArray(Op[]::new)));
        }

        assertThat(view.awaitInstances(10_000, SOON).instances()).hasSize(10_000);
        assertThat(recorder.until("up i9999")).hasSize(10_001);
        ServiceView late = discovery.view("big", ViewOptions.DEFAULTS.withoutGuard());
        assertThat(late.snapshot().instances()).hasSize(10_000);
    }

    @Test
    void viewsOfOneServiceShareOneWatchAndTheLastOneEndsIt() {
        ServiceView first = discovery.view("user");
        ServiceView second = discovery.view("user");
        Await.until(() -> etcd.etcd().openWatches() == 1);
        first.close();
        register(instance("user", 1));
        second.awaitInstances(1, SOON);

        assertThat(first.awaitClosed(SOON)).isTrue();
        assertThatThrownBy(() -> first.awaitInstances(2, SOON))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("user is closed");
        second.close();
        Await.until(() -> etcd.etcd().openWatches() == 0);
    }

    @Test
    void aWaitSaysWhatIsThereInstead() {
        register(instance("user", 1));
        ServiceView view = discovery.view("user");

        assertThatThrownBy(() -> view.awaitInstances(2, Duration.ofMillis(50)))
                .isInstanceOf(DiscoveryException.class)
                .hasMessage("fewer than 2 instances of user (1, LIVE) after 50 ms");
        assertThat(view.awaitInstancesAsync(1)
                        .toCompletableFuture()
                        .orTimeout(15, TimeUnit.SECONDS)
                        .join()
                        .instances())
                .hasSize(1);
    }

    @Test
    void aViewThatIsOpenedWithoutAStoreComesToLifeWithIt() {
        etcd.etcd().stop();
        DiscoverySettings impatient = DiscoverySettings.DEFAULTS.withStartBound(Duration.ofMillis(200));
        try (Discovery early = Discovery.over(client, KEYSPACE, impatient)) {
            ServiceView view = early.view("user");
            assertThat(view.snapshot().known()).isFalse();
            assertThat(view.snapshot().freshness()).isEqualTo(Freshness.STALE);

            etcd.etcd().start();
            register(instance("user", 1));

            assertThat(view.awaitInstances(1, SOON).freshness()).isEqualTo(Freshness.LIVE);
        }
    }

    @Test
    void aFollowerIsToldRawKeysAndValuesAtAnyDepth() {
        client.kv().put("/test/1", "one");
        client.kv().put("/test/deep/er/2", "two");
        client.kv().put("/test1", "neighbour");
        List<String> told = new ArrayList<>();
        Follower follower = discovery.follow(
                "/test",
                (key, value) -> {
                    synchronized (told) {
                        told.add("put " + key + "=" + value);
                    }
                },
                (key, last) -> {
                    synchronized (told) {
                        told.add("delete " + key + "=" + last);
                    }
                });
        client.kv().put("/test/1", "one");
        client.kv().put("/test/1", "uno");
        client.kv().delete("/test/1");
        client.kv().put("/test/3", "three");

        assertThat(follower.awaitEntries(2, SOON)).hasSize(2);
        Await.until(() -> {
            synchronized (told) {
                return told.contains("put /test/3=three");
            }
        });
        synchronized (told) {
            assertThat(told)
                    .containsExactly(
                            "put /test/1=one",
                            "put /test/deep/er/2=two",
                            "put /test/1=one",
                            "put /test/1=uno",
                            "delete /test/1=uno",
                            "put /test/3=three");
        }
        follower.close();
        assertThat(follower.awaitClosed(SOON)).isTrue();
    }

    @Test
    void aWipedAndRewrittenDirectoryIsNoticedThoughItsRevisionIsBeyond() {
        client.kv().put("/test/1", "before");
        long reached = client.kv().put("/test/1", "old").header().revision();
        List<String> told = new ArrayList<>();
        discovery.follow(
                "/test",
                (key, value) -> {
                    synchronized (told) {
                        told.add(value);
                    }
                },
                (key, last) -> {});

        etcd.etcd().wipe();
        lease = client.leases().grant(Duration.ofMinutes(10)).id();
        for (long revision = 1; revision < reached + 5; revision++) {
            client.kv().put("/test/1", "new");
        }

        Await.until(() -> {
            synchronized (told) {
                return told.contains("new");
            }
        });
    }

    @Test
    void aListenerThatJoinsLateMissesNothingAndHearsNothingTwice() {
        ServiceView view = discovery.view("user");
        Map<String, Long> folded = new TreeMap<>();
        for (int i = 0; i < 200; i++) {
            register(instance("user", i % 50).toBuilder().weight(i + 1).build());
            if (i == 100) {
                view.addListener(new SnapshotListener() {
                    @Override
                    public void up(DiscoveredInstance instance) {
                        synchronized (folded) {
                            assertThat(folded.put(instance.instance().id(), instance.modRevision()))
                                    .isNull();
                        }
                    }

                    @Override
                    public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                        synchronized (folded) {
                            assertThat(folded.put(after.instance().id(), after.modRevision()))
                                    .isEqualTo(before.modRevision());
                        }
                    }
                });
            }
        }

        Await.until(() -> {
            synchronized (folded) {
                return folded.size() == 50 && folded.equals(revisions(view.snapshot()));
            }
        });
        assertThat(view.health().listenerFailures()).isZero();
    }
}
