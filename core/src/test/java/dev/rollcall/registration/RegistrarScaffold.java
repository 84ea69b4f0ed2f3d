package dev.rollcall.registration;

import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store, a client of it, and registrars, all gone after each test. */
class RegistrarScaffold {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    static final Keyspace KEYSPACE = Keyspace.standard();
    static final Instance USER = Instance.of("user", "10.0.0.7:8080");
    static final Duration SOON = Duration.ofSeconds(5);

    private final List<AutoCloseable> opened = new ArrayList<>();
    EtcdClient client;
    Registrar registrar;

    @BeforeEach
    void connect() {
        client = open(EtcdClient.connect(etcd.endpoints().toArray(String[]::new)));
        registrar = registrar(RegistrarSettings.defaults());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    Registrar registrar(RegistrarSettings settings) {
        return open(Registrar.over(client, KEYSPACE, settings));
    }

    static RegistrationOptions options() {
        return RegistrationOptions.defaults();
    }

    Optional<KeyValue> stored(Instance instance) {
        return client.kv().get(Get.key(KEYSPACE.key(instance.identity()))).first();
    }

    static Instance read(KeyValue kv) {
        return ((Decoded.Readable) KEYSPACE.decode(kv.key(), kv.value())).instance();
    }

    static Instance elsewhere() {
        return Instance.of("user", USER.id(), "10.0.0.8:8080");
    }

    static void awaitState(Registration registration, RegistrationState state) {
        await().atMost(Duration.ofSeconds(10)).until(registration::state, state::equals);
    }

    static List<Instance> many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Instance.of("many", "10.1." + i / 250 + "." + i % 250 + ":80"))
                .toList();
    }

    /** What stood there one revision before the deletion, which was the last change of all. */
    Instance lastWord() {
        long now = client.kv().get(Get.key("anything")).header().revision();
        return read(client.kv()
                .get(Get.key(KEYSPACE.key(USER.identity())).atRevision(now - 1))
                .first()
                .orElseThrow());
    }
}
