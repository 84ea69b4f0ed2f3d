package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.RegistrationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store is put back to before a write, with its leases alive, and the write is repeated at the same revision with another value: no number differs, and
 * other writes have raised the revision before anybody looks.
 */
class RepeatedWriteTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Instance BEFORE =
            Instance.of("user", "1", "10.0.0.7:8080").toBuilder().weight(1).build();
    private static final Instance KNOWN = BEFORE.toBuilder().weight(2).build();
    private static final Instance REPEATED = BEFORE.toBuilder().weight(3).build();
    private static final Keyspace KEYSPACE = Keyspace.standard();
    private static final Bytes KEY = KEYSPACE.key(BEFORE.identity());

    @TempDir
    private Path home;

    private final TestEtcd first = EtcdSpec.embedded().start();
    private final int port = URI.create(first.endpoints().get(0)).getPort();
    private TestEtcd etcd = first;
    private String data = "data";

    @AfterEach
    void close() {
        etcd.close();
    }

    private void start() {
        etcd.close();
        etcd = EtcdSpec.embedded(settings -> settings.port(port).dataDirectory(home.resolve(data)))
                .start();
    }

    private EtcdClient client() {
        return EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
    }

    private void keep() {
        etcd.close();
        copy(home.resolve(data), home.resolve("kept"));
        start();
    }

    /** Of other writers, while nobody who is under test can reach the store: it listens elsewhere. */
    private void putBackAndRepeat() {
        long known = stored().modRevision();
        etcd.close();
        data = "kept";
        etcd = EtcdSpec.embedded(settings -> settings.dataDirectory(home.resolve(data)))
                .start();
        try (EtcdClient client = client()) {
            client.kv().put(Put.of(KEY, KEYSPACE.encode(REPEATED)).underSameLease());
            for (int i = 0; i < 5; i++) {
                client.kv().put("other", "raises the revision");
            }
        }
        assertThat(stored().modRevision()).isEqualTo(known);
        start();
    }

    private KeyValue stored() {
        try (EtcdClient client = client()) {
            return client.kv().get(Get.key(KEY)).first().orElseThrow();
        }
    }

    @Test
    void aViewNoticesAndShowsTheOtherValue() {
        start();
        LeaseId lease;
        try (EtcdClient client = client()) {
            lease = client.leases().grant(LEASE).id();
            client.kv().put(Put.of(KEY, KEYSPACE.encode(BEFORE)).under(lease));
        }
        keep();
        try (EtcdClient client = client()) {
            client.kv().put(Put.of(KEY, KEYSPACE.encode(KNOWN)).under(lease));
        }
        try (Rollcall rollcall = Rollcall.connect(etcd.endpoints().toArray(String[]::new))) {
            ServiceView view = rollcall.discover("user");
            await().atMost(SOON).until(() -> shown(view), List.of(KNOWN)::equals);

            putBackAndRepeat();

            await().atMost(SOON).until(() -> shown(view), List.of(REPEATED)::equals);
            assertThat(view.snapshot().epoch()).isEqualTo(2);
        }
    }

    private static List<Instance> shown(ServiceView view) {
        return view.snapshot().instances().stream()
                .map(found -> found.instance())
                .toList();
    }

    @Test
    void anOwnerNoticesAndWritesItsOwnValueAgain() {
        start();
        try (Rollcall rollcall = Rollcall.builder(etcd.endpoints().toArray(String[]::new))
                .registration(RegistrationOptions.defaults().withLeaseTime(LEASE))
                .connect()) {
            var me = rollcall.register(BEFORE).awaitRegistered(SOON);
            keep();
            me.update(KNOWN);
            me.awaitRegistered(SOON);

            putBackAndRepeat();

            await().atMost(SOON).until(() -> read(stored()), KNOWN::equals);
        }
    }

    private static Instance read(KeyValue kv) {
        return ((Decoded.Readable) KEYSPACE.decode(kv.key(), kv.value())).instance();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
