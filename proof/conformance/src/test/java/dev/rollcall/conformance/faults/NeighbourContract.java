package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.Rollcall;
import dev.rollcall.discovery.FollowedEntry;
import dev.rollcall.discovery.Follower;
import dev.rollcall.discovery.QuarantinedKey;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A view among strangers who write what they like, in and beside its range. */
abstract class NeighbourContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SEEDS = Integer.getInteger("rollcall.neighbours", 2);
    private static final int KEYS = 60;
    private static final int LONGEST_LINE = 2_000;

    @Test
    void aViewShowsExactlyWhatIsWellFormedAndReportsTheRestOncePerKey(TestEtcd etcd) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            new Quarter(etcd, seed, Keyspace.standard(), "services/user/").play();
            new Quarter(etcd, seed, Keyspace.plain("/plain"), "/plain/user/").play();
        }
    }

    /** One service, one seed. */
    private static final class Quarter {

        private final TestEtcd etcd;
        private final Keyspace keyspace;
        private final String range;
        private final Neighbours neighbours;
        private final boolean standard;
        private final Set<Bytes> wellFormed = new HashSet<>();
        private final Set<Bytes> bad = new HashSet<>();
        private final Set<Bytes> inRange = new HashSet<>();
        private final Map<Bytes, Integer> badWrites = new HashMap<>();
        private final List<Bytes> reported = new CopyOnWriteArrayList<>();

        Quarter(TestEtcd etcd, long seed, Keyspace keyspace, String range) {
            this.etcd = etcd;
            this.keyspace = keyspace;
            this.range = range;
            this.neighbours = new Neighbours(seed, range);
            this.standard = keyspace.equals(Keyspace.standard());
        }

        void play() {
            Logger ours = (Logger) LoggerFactory.getLogger("dev.rollcall");
            ListAppender<ILoggingEvent> lines = new ListAppender<>();
            lines.list = Collections.synchronizedList(new ArrayList<>());
            lines.start();
            ours.addAppender(lines);
            String endpoint = etcd.endpoints().get(0);
            try (EtcdClient stranger = EtcdClient.connect(endpoint);
                    Rollcall rollcall = Rollcall.builder(endpoint)
                            .keyspace(keyspace)
                            .observer(this::observed)
                            .connect()) {
                List<Neighbours.Key> keys = new ArrayList<>();
                for (int i = 0; i < KEYS; i++) {
                    keys.add(neighbours.key());
                    write(stranger, keys.get(i));
                }
                // Of what was written before, only the last is ever seen.
                wellFormed.removeAll(bad);
                badWrites.replaceAll((key, writes) -> 1);
                badWrites.keySet().retainAll(bad);
                ServiceView users = rollcall.discover("user");
                Follower all =
                        rollcall.follow(range.substring(0, range.length() - 1), (key, value) -> {}, (key, value) -> {});
                awaitTruth(users, all);
                for (Neighbours.Key key : neighbours.some(keys, KEYS / 3)) {
                    write(stranger, key);
                    awaitTruth(users, all);
                }
                Neighbours.Key gone = keys.stream()
                        .filter(key -> bad.contains(key.bytes()))
                        .findFirst()
                        .orElseThrow();
                stranger.kv().delete(Delete.key(gone.bytes()));
                forget(gone.bytes());
                awaitTruth(users, all);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(countsOf(reported)).isEqualTo(badWrites));
            } finally {
                ours.detachAppender(lines);
            }
            etcd.clear();
            assertHarmless(List.copyOf(lines.list));
        }

        private void observed(Observation event) {
            if (event instanceof Observation.Quarantined bad) {
                reported.add(bad.key());
            }
        }

        private void write(EtcdClient stranger, Neighbours.Key key) {
            Neighbours.Value value = neighbours.value();
            stranger.kv().put(Put.of(key.bytes(), value.bytes()));
            if (key.place() == Neighbours.Place.BESIDE) {
                return;
            }
            inRange.add(key.bytes());
            boolean readable = standard ? value.standard() : value.plain();
            if (key.place() == Neighbours.Place.INSTANCE && readable) {
                wellFormed.add(key.bytes());
                bad.remove(key.bytes());
            } else if (key.place() != Neighbours.Place.DEEPER) {
                // What could be read before is shown on.
                bad.add(key.bytes());
                badWrites.merge(key.bytes(), 1, Integer::sum);
            }
        }

        private void forget(Bytes key) {
            wellFormed.remove(key);
            bad.remove(key);
            inRange.remove(key);
        }

        private void awaitTruth(ServiceView users, Follower all) {
            await().atMost(SOON).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
                assertThat(users.snapshot().instances().stream()
                                .map(found -> found.key())
                                .collect(Collectors.toSet()))
                        .isEqualTo(wellFormed);
                assertThat(users.snapshot().quarantined().stream()
                                .map(QuarantinedKey::key)
                                .collect(Collectors.toSet()))
                        .isEqualTo(bad);
                assertThat(all.entries().stream().map(FollowedEntry::key).collect(Collectors.toSet()))
                        .isEqualTo(inRange);
            });
            Set<String> texts = users.snapshot().instances().stream()
                    .map(found -> found.instance().toString())
                    .collect(Collectors.toSet());
            users.snapshot().quarantined().forEach(found -> texts.add(found.key() + ": " + found.reason()));
            assertThat(texts).allSatisfy(NeighbourContract::assertHarmless);
        }

        private static Map<Bytes, Integer> countsOf(List<Bytes> keys) {
            Map<Bytes, Integer> counts = new HashMap<>();
            keys.forEach(key -> counts.merge(key, 1, Integer::sum));
            return counts;
        }

        private void assertHarmless(List<ILoggingEvent> lines) {
            assertThat(lines)
                    .as("one line for each bad value that was seen, or their number")
                    .hasSizeLessThanOrEqualTo(badWrites.values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum()
                            + 10);
            assertThat(lines)
                    .isNotEmpty()
                    .allSatisfy(line -> NeighbourContract.assertHarmless(line.getFormattedMessage()));
        }
    }

    /** No line can be forged, no terminal be played with, and no log be filled by one value. */
    private static void assertHarmless(String text) {
        assertThat(text).matches(said -> said.chars().noneMatch(Character::isISOControl), "is printable");
        assertThat(text.length()).isLessThan(LONGEST_LINE);
    }
}
