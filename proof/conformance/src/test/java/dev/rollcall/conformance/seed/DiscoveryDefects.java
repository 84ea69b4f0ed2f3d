package dev.rollcall.conformance.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Follower;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.registration.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the C++ discoverer misses, invents or dies of. */
abstract class DiscoveryDefects extends SeedDefects {

    private static Follower follow(Rollcall rollcall, String dir, Story story) {
        return rollcall.follow(dir, story::up, story::down);
    }

    @Test
    void defectANothingIsLostBetweenListAndWatch() throws InterruptedException {
        int keys = 2000;
        int followers = 10;
        CountDownLatch running = new CountDownLatch(200);
        Thread writer = new Thread(() -> {
            for (int i = 0; i < keys; i++) {
                operator().kv().put("/svc/n/" + i, "10.0.0.1:" + i);
                running.countDown();
            }
        });
        writer.start();
        assertThat(running.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        try (Rollcall rollcall = rollcall()) {
            List<Set<String>> seen = new ArrayList<>();
            for (int i = 0; i < followers; i++) {
                Set<String> mine = ConcurrentHashMap.newKeySet();
                seen.add(mine);
                rollcall.follow("/svc", (key, value) -> mine.add(key), (key, value) -> mine.remove(key));
            }
            writer.join(60_000);
            assertThat(writer.isAlive()).isFalse();
            for (Set<String> mine : seen) {
                Awaitility.await()
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(mine).hasSize(keys));
            }
        }
    }

    @Test
    void defectBAStoreThatRestartsWithItsDataIsFollowedOn() {
        Story story = new Story();
        try (Rollcall rollcall = rollcall()) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            follow(rollcall, "/svc", story);
            story.awaitLine("UP /svc/user/1 10.0.0.1:80");
            etcd().kill();
            etcd().start();
            awaitStored("/svc/user/1", SOON);
            operator().kv().put("/svc/user/2", "10.0.0.2:80");
            story.awaitLine("UP /svc/user/2 10.0.0.2:80");
            story.assertNobodyWentDown();
        }
    }

    @Test
    void defectCAnEmptiedStoreIsNoticedAndShowsNobodyDown() {
        Story story = new Story();
        try (Rollcall rollcall = rollcall()) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            ServiceView users = rollcall.discover(
                    "user",
                    SnapshotListener.of(
                            up -> story.up(up.instance().id(), ""),
                            down -> story.down(down.instance().id(), "")));
            users.awaitInstances(1, SOON);
            etcd().wipe();
            awaitStored("/svc/user/1", Duration.ofSeconds(6));
            registered(rollcall, user("2", "10.0.0.2:80"));
            story.awaitLine("UP 2 ");
            story.assertNobodyWentDown();
        }
    }

    @Test
    void defectEANeighbourWithALongerNameIsNotSeen() {
        Story story = new Story();
        for (String key : List.of("/test", "/testing", "/test1/x", "/test/y", "/tes", "/TEST/x")) {
            operator().kv().put(key, "v");
        }
        try (Rollcall rollcall = rollcall()) {
            follow(rollcall, "/test", story);
            story.awaitLine("UP /test/y v");
            operator().kv().put("/test2/z", "v");
            operator().kv().put("/test/last", "v");
            story.awaitLine("UP /test/last v");
            assertThat(story.lines()).containsExactly("UP /test/y v", "UP /test/last v");
        }
    }

    @Test
    void defectFAChangedValueIsAnUpdateAndNotASecondUp() {
        Story story = new Story();
        try (Rollcall rollcall = rollcall()) {
            operator().kv().put("/svc/user/1", "10.0.0.1:80");
            rollcall.discover("user", new SnapshotListener() {
                @Override
                public void up(dev.rollcall.discovery.DiscoveredInstance up) {
                    story.up(up.instance().id(), up.instance().endpoint().toString());
                }

                @Override
                public void updated(
                        dev.rollcall.discovery.DiscoveredInstance before,
                        dev.rollcall.discovery.DiscoveredInstance after) {
                    story.up(
                            "changed",
                            before.instance().endpoint() + ">"
                                    + after.instance().endpoint());
                }
            });
            story.awaitLine("UP 1 10.0.0.1:80");
            operator().kv().put("/svc/user/1", "10.0.0.1:80");
            operator().kv().put("/svc/user/1", "10.0.0.1:81");
            story.awaitLine("UP changed 10.0.0.1:80>10.0.0.1:81");
            assertThat(story.lines()).containsExactly("UP 1 10.0.0.1:80", "UP changed 10.0.0.1:80>10.0.0.1:81");
        }
    }

    @Test
    void defectGChangesThatWereCompactedAwayAreToldAsTheTrueDifference() {
        Story story = new Story();
        operator().kv().put("/svc/old/1", "10.0.0.1:1");
        operator().kv().put("/svc/old/2", "10.0.0.1:2");
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint());
                Rollcall rollcall = rollcall(proxy.endpoint())) {
            follow(rollcall, "/svc", story);
            story.awaitLine("UP /svc/old/2 10.0.0.1:2");
            proxy.both(Fault.stall());
            proxy.resetAll();
            List<Op> puts = IntStream.range(0, 100)
                    .<Op>mapToObj(i -> Put.of("/svc/new/" + i, "10.0.0.2:" + i))
                    .toList();
            operator().kv().txn(Txn.when().then(puts.toArray(Op[]::new)));
            operator().kv().delete("/svc/old/1");
            etcd().compact();
            proxy.heal();
            story.awaitLine("DOWN /svc/old/1 10.0.0.1:1", Duration.ofSeconds(25));
            story.awaitLine("UP /svc/new/99 10.0.0.2:99");
            operator().kv().put("/svc/after", "x");
            story.awaitLine("UP /svc/after x");
            assertThat(story.lines())
                    .as("only what truly changed")
                    .hasSize(2 + 100 + 1 + 1)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void defectG2ADeletionIsToldWithItsKeyAndLastValueEvenWhenTheStoreForgotIt() {
        Story story = new Story();
        for (int i = 0; i < 5; i++) {
            operator().kv().put("/svc/gone/" + i, "10.0.0.1:" + i);
        }
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint());
                Rollcall rollcall = rollcall(proxy.endpoint())) {
            follow(rollcall, "/svc", story);
            story.awaitLine("UP /svc/gone/4 10.0.0.1:4");
            proxy.both(Fault.stall());
            operator().kv().delete(Delete.range(KeyRange.prefix("/svc/gone/")));
            operator().kv().put("/svc/later", "x");
            etcd().compact();
            proxy.heal();
            for (int i = 0; i < 5; i++) {
                story.awaitLine("DOWN /svc/gone/" + i + " 10.0.0.1:" + i, Duration.ofSeconds(25));
            }
        }
    }

    @Test
    void defectKASilentNetworkMakesAViewStaleAndNotBlind() {
        operator().kv().put("/svc/user/1", "10.0.0.1:80");
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint());
                Rollcall rollcall = rollcall(proxy.endpoint())) {
            ServiceView users = rollcall.discover("user");
            users.awaitInstances(1, SOON);
            proxy.both(Fault.stall());
            Awaitility.await("the view says that it is stale")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> users.snapshot().freshness() == Freshness.STALE);
            assertThat(users.snapshot().instances()).hasSize(1);
            operator().kv().put("/svc/user/2", "10.0.0.2:80");
            proxy.heal();
            users.awaitInstances(2, SOON);
            Awaitility.await().atMost(SOON).until(() -> users.snapshot().freshness() == Freshness.LIVE);
        }
    }

    @Test
    void defectNAListenerThatThrowsHurtsNobody() {
        Story story = new Story();
        AtomicInteger thrown = new AtomicInteger();
        try (Rollcall rollcall = rollcall()) {
            rollcall.follow(
                    "/svc",
                    (key, value) -> {
                        thrown.incrementAndGet();
                        throw new IllegalStateException("a listener of the test throws, on purpose");
                    },
                    (key, value) -> {});
            follow(rollcall, "/svc", story);
            operator().kv().put("/svc/user/1", "a");
            operator().kv().put("/svc/user/2", "b");
            story.awaitLine("UP /svc/user/2 b");
            Awaitility.await().atMost(SOON).until(() -> thrown.get() == 2);
        }
    }

    @Test
    void defectYADirectoryIsFollowedAtAnyDepth() {
        Story story = new Story();
        try (Rollcall rollcall = rollcall()) {
            follow(rollcall, "/test", story);
            operator().kv().put("/test/1", "a");
            operator().kv().put("/test/deep/er/2", "b");
            story.awaitLine("UP /test/1 a");
            story.awaitLine("UP /test/deep/er/2 b");
            operator().kv().delete("/test/deep/er/2");
            story.awaitLine("DOWN /test/deep/er/2 b");
        }
    }

    @Test
    void waitingForAFollowerEndsWhenItIsClosed() {
        try (Rollcall rollcall = rollcall()) {
            Registration one = registered(rollcall, user("1", "10.0.0.1:80"));
            Follower follower = follow(rollcall, "/svc", new Story());
            assertThat(follower.awaitClosed(Duration.ofMillis(50))).isFalse();
            follower.close();
            assertThat(follower.awaitClosed(Duration.ofSeconds(5))).isTrue();
            one.close();
        }
    }
}
