package dev.rollcall.conformance.seed;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The situations, and short words for them. */
abstract class SeedDefects {

    static final Duration SOON = Duration.ofSeconds(15);

    private @Nullable TestEtcd etcd;
    private @Nullable EtcdClient operator;

    @BeforeEach
    void begin(TestEtcd store) {
        etcd = store;
        operator = EtcdClient.connect(store.endpoints().toArray(String[]::new));
    }

    @AfterEach
    void end() {
        operator().close();
    }

    TestEtcd etcd() {
        return Objects.requireNonNull(etcd, "no test is running");
    }

    EtcdClient operator() {
        return Objects.requireNonNull(operator, "no test is running");
    }

    String endpoint() {
        return etcd().endpoints().get(0);
    }

    Rollcall rollcall() {
        return rollcall(endpoint());
    }

    static Rollcall rollcall(String endpoint) {
        return Rollcall.builder(endpoint).keyspace(Keyspace.plain("/svc")).connect();
    }

    /** {@code /svc/user/ID -> address}. */
    static Instance user(String id, String address) {
        return Instance.builder("user").id(id).endpoint(address).build();
    }

    static Registration registered(Rollcall rollcall, Instance instance) {
        return rollcall.register(instance).awaitRegistered(SOON);
    }

    Optional<KeyValue> stored(String key) {
        return operator().kv().get(key);
    }

    void awaitStored(String key, Duration bound) {
        Awaitility.await(key + " stored")
                .atMost(bound)
                .ignoreExceptions()
                .until(() -> stored(key).isPresent());
    }

    void awaitGone(String key, Duration bound) {
        Awaitility.await(key + " gone")
                .atMost(bound)
                .ignoreExceptions()
                .until(() -> stored(key).isEmpty());
    }
}
