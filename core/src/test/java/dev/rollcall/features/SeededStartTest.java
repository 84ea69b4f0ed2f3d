package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.PickStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that starts while the store is away. */
@Timeout(90)
class SeededStartTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instance ONE = Instance.of("user", "1", "10.0.0.7:8080");
    private static final Instance TWO = Instance.of("user", "2", "10.0.0.8:8080");

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @TempDir
    private Path dir;

    private Rollcall consumer() {
        return Rollcall.builder(etcd.endpoints().toArray(String[]::new))
                .startBound(Duration.ofMillis(300))
                .diskView(dir.resolve("views"))
                .connect();
    }

    /** An earlier life of the consumer, which saw both. */
    private void earlier() {
        try (Rollcall rollcall = consumer()) {
            rollcall.discover("user").awaitInstances(2, SOON);
        }
    }

    private static Rollcall owner() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    @Test
    void itBeginsWithWhatWasLastKnownAndComesToTheTruth() {
        try (Rollcall first = owner()) {
            first.register(ONE).awaitRegistered(SOON);
            Instant before = Instant.now();
            try (Rollcall second = owner()) {
                second.register(TWO).awaitRegistered(SOON);
                earlier();
                etcd.etcd().stop();
            }

            try (Rollcall rollcall = consumer()) {
                ServiceView users = rollcall.discover("user");
                Snapshot seeded = users.awaitInstances(2, SOON);
                assertThat(seeded.freshness()).isEqualTo(Freshness.SEEDED);
                assertThat(seeded.known()).isFalse();
                assertThat(seeded.provenAt()).isAfterOrEqualTo(before.minusMillis(1));
                assertThat(seeded.age()).isLessThan(SOON);
                assertThat(rollcall.health().live()).isFalse();
                assertThat(PickStrategy.roundRobin().over(users).pick()).isIn(ONE, TWO);
                Sightings sightings = new Sightings();
                users.addListener(sightings);
                sightings.await("up 1");
                sightings.await("up 2");

                etcd.etcd().start();

                sightings.awaitAll("down 2", SOON, lines -> lines.stream().anyMatch(line -> line.startsWith("down 2")));
                Snapshot live = users.snapshot();
                assertThat(live.known()).isTrue();
                assertThat(live.instances())
                        .extracting(DiscoveredInstance::instance)
                        .containsExactly(ONE);
                assertThat(sightings.all()).noneMatch(line -> line.startsWith("down 1"));
            }
        }
    }

    @Test
    void whereTheStoreAnswersTheFirstSnapshotIsTheStores() {
        try (Rollcall first = owner()) {
            first.register(ONE).awaitRegistered(SOON);
            try (Rollcall second = owner()) {
                second.register(TWO).awaitRegistered(SOON);
                earlier();
            }
            try (Rollcall rollcall = Rollcall.builder(etcd.endpoints().toArray(String[]::new))
                    .diskView(dir.resolve("views"))
                    .connect()) {
                Snapshot snapshot = rollcall.discover("user").snapshot();
                assertThat(snapshot.freshness()).isEqualTo(Freshness.LIVE);
                assertThat(snapshot.instances())
                        .extracting(DiscoveredInstance::instance)
                        .containsExactly(ONE);
            }
        }
    }

    @Test
    void aStoreThatComesBackEmptyShowsNobodyDown() {
        try (Rollcall owner = owner()) {
            owner.registerAll(List.of(ONE, TWO)).forEach(one -> one.awaitRegistered(SOON));
            earlier();
            etcd.etcd().stop();
            try (Rollcall rollcall = consumer()) {
                ServiceView users = rollcall.discover("user");
                Sightings sightings = new Sightings();
                users.addListener(sightings);
                sightings.await("up 2");

                etcd.etcd().wipe();
                etcd.etcd().start();

                Awaitility.await().atMost(SOON).until(() -> {
                    Snapshot now = users.snapshot();
                    return now.freshness() == Freshness.LIVE && now.instances().size() == 2;
                });
                assertThat(sightings.all()).noneMatch(line -> line.startsWith("down"));
            }
        }
    }

    @Test
    void aDamagedFileIsAnEmptyStart() throws IOException {
        try (Rollcall owner = owner()) {
            owner.registerAll(List.of(ONE, TWO)).forEach(one -> one.awaitRegistered(SOON));
            earlier();
        }
        try (var files = Files.list(dir.resolve("views"))) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[] {1, 2, 3});
            }
        }
        etcd.etcd().stop();
        try (Rollcall rollcall = consumer()) {
            Snapshot snapshot = rollcall.discover("user").snapshot();
            assertThat(snapshot.freshness()).isEqualTo(Freshness.STALE);
            assertThat(snapshot.instances()).isEmpty();
        } finally {
            etcd.etcd().start();
        }
    }
}
