package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.registration.Registration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a listener does is its own affair: others are told on, and what is registered stays. */
@Timeout(60)
class BadListenersTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int HANGING = 20;

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private final CountDownLatch release = new CountDownLatch(1);

    private static Rollcall connect() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    private static Instance user(String id) {
        return Instance.of("user", id, "10.0.0.7:" + (8000 + Integer.parseInt(id)));
    }

    private void hang() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SnapshotListener onUp(Consumer<DiscoveredInstance> action) {
        return SnapshotListener.of(action, down -> {});
    }

    @Test
    void listenersThatHangHoldUpNobody() {
        try (Rollcall rollcall = connect()) {
            Registration me = rollcall.register(user("1")).awaitRegistered(SOON);
            KeyValue before = key(rollcall, "1");
            ServiceView view = rollcall.discover("user");
            CountDownLatch hanging = new CountDownLatch(HANGING);
            for (int i = 0; i < HANGING; i++) {
                view.addListener(onUp(up -> {
                    hanging.countDown();
                    hang();
                }));
            }
            await(hanging);
            Sightings others = new Sightings();
            view.addListener(others);
            rollcall.register(user("2")).awaitRegistered(SOON);
            others.await("up 2");
            rollcall.register(user("3")).close();
            others.awaitAll("down 3", SOON, lines -> lines.stream().anyMatch(line -> line.startsWith("down 3")));

            outlive(rollcall, Duration.ofSeconds(4));
            assertThat(key(rollcall, "1").createRevision()).isEqualTo(before.createRevision());
            assertThat(me.state()).hasToString("REGISTERED");
            release.countDown();
        }
    }

    @Test
    void watchersOfThePlainClientThatHangHoldUpNoView() {
        try (Rollcall rollcall = connect()) {
            CountDownLatch hanging = new CountDownLatch(HANGING);
            long written = rollcall.etcd().kv().put("hang/1", "x").header().revision();
            WatchRequest request = WatchRequest.of(KeyRange.prefix("hang/")).from(written);
            for (int i = 0; i < HANGING; i++) {
                rollcall.etcd().watches().watch(request, batch -> {
                    hanging.countDown();
                    hang();
                });
            }
            await(hanging);
            Sightings others = new Sightings();
            rollcall.discover("user", others);
            Registration one = rollcall.register(user("1")).awaitRegistered(SOON);
            others.await("up 1");
            one.close();
            others.await("down 1 DEREGISTERED");
            release.countDown();
        }
    }

    @Test
    void whatAListenerThrowsReachesNobody() {
        List<Runnable> throwing = List.of(
                () -> {
                    throw new IllegalStateException("on purpose");
                },
                () -> {
                    throw new AssertionError("on purpose");
                },
                () -> overflow(0));
        try (Rollcall rollcall = connect()) {
            ServiceView view = rollcall.discover("user");
            throwing.forEach(bad -> view.addListener(onUp(up -> bad.run())));
            Sightings others = new Sightings();
            view.addListener(others);
            rollcall.register(user("1")).awaitRegistered(SOON);
            rollcall.register(user("2")).awaitRegistered(SOON);
            others.await("up 1");
            others.await("up 2");
            while (view.health().listenerFailures() < 2L * throwing.size()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aListenerMayCallBackIntoEverything() {
        try (Rollcall rollcall = connect()) {
            Sightings others = new Sightings();
            ServiceView view = rollcall.discover("user");
            view.addListener(SnapshotListener.of(
                    up -> {
                        if (up.instance().id().equals("1")) {
                            view.addListener(others);
                            rollcall.discover("user", others);
                            Registration second = rollcall.register(user("2")).awaitRegistered(SOON);
                            second.update(me -> me.withStatus(InstanceStatus.PAUSED));
                            rollcall.etcd().kv().get("services/user/2");
                            second.close();
                        }
                    },
                    down -> {}));
            rollcall.register(user("1")).awaitRegistered(SOON);
            others.awaitAll("down 2", SOON, lines -> lines.contains("down 2 DEREGISTERED"));
        }
    }

    private static long overflow(long depth) {
        return depth < 0 ? 0 : 1 + overflow(depth + 1);
    }

    private static KeyValue key(Rollcall rollcall, String id) {
        return rollcall.etcd().kv().get("services/user/" + id).orElseThrow();
    }

    /** Lets time pass by what the store counts: a lease of the given time is granted, and runs out. */
    private static void outlive(Rollcall rollcall, Duration time) {
        var lease = rollcall.etcd().leases().grant(time);
        while (rollcall.etcd().leases().list().contains(lease.id())) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
