package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store whose watch leaves changes out: what the next audit makes of it. */
class ForgetfulStoreTest {

    private static final KeyValue FIRST = EtcdMessages.keyValue("/service/user/1", "10.0.0.1:80", 4);
    private static final KeyValue SECOND = EtcdMessages.keyValue("/service/user/2", "10.0.0.2:80", 5);

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final ConcurrentSkipListMap<Long, List<KeyValue>> states = new ConcurrentSkipListMap<>();
    private final AtomicInteger failingPasts = new AtomicInteger();
    private final List<Observation> told = new CopyOnWriteArrayList<>();
    private final EtcdClient client = EtcdClient.connect(etcd.endpoint());
    private final Discovery discovery = Discovery.over(
            client,
            Keyspace.plain("/service"),
            DiscoverySettings.DEFAULTS.withAuditPeriod(Duration.ofSeconds(1)).withObserver(told::add));

    @BeforeEach
    void serve() {
        states.put(4L, List.of(FIRST));
        etcd.always(MaintenanceGrpc.getStatusMethod()).reply(EtcdMessages.status("3.5.16", 5));
        etcd.always(KVGrpc.getRangeMethod()).reply(this::read);
        etcd.always(WatchGrpc.getWatchMethod())
                .answerEach(request -> request.hasCreateRequest()
                        ? EtcdMessages.created(request.getCreateRequest().getWatchId(), revision())
                        : EtcdMessages.progress(revision()));
    }

    @AfterEach
    void close() {
        discovery.close();
        client.close();
        etcd.close();
    }

    private long revision() {
        return states.lastKey();
    }

    private RangeResponse read(RangeRequest request) {
        long at = request.getRevision() == 0 ? revision() : request.getRevision();
        if (at < revision() && failingPasts.getAndDecrement() > 0) {
            throw Status.UNAVAILABLE.asRuntimeException();
        }
        List<KeyValue> then = states.floorEntry(at).getValue();
        KeyValue[] found = then.stream()
                .filter(kv -> kv.getModRevision() >= request.getMinModRevision())
                .toArray(KeyValue[]::new);
        return EtcdMessages.range(revision(), found).toBuilder()
                .setCount(then.size())
                .build();
    }

    private List<String> shown(ServiceView view) {
        return view.snapshot().instances().stream()
                .map(found -> found.instance().id())
                .toList();
    }

    @Test
    void aDroppedPutAndADroppedDeletionAreMendedByOneAuditEach() {
        ServiceView view = discovery.view("user");
        assertThat(shown(view)).containsExactly("1");

        states.put(5L, List.of(FIRST, SECOND));
        Await.until(() -> shown(view).equals(List.of("1", "2")));
        assertThat(view.health().auditDifferences()).isEqualTo(1);

        states.put(6L, List.of(SECOND));
        Await.until(() -> shown(view).equals(List.of("2")));
        assertThat(view.health().auditDifferences()).isEqualTo(2);
        assertThat(view.snapshot().epoch()).isEqualTo(1);
        Await.until(() -> told.contains(new Observation.Resynced("user", "AUDIT", false, 6)));
        assertThat(told).contains(new Observation.AuditDifference("view user", 1));
    }

    /** A list of very many is not read again because the small question after it failed. */
    @Test
    void aListIsReadOnceThoughThePastIsAskedThreeTimes() {
        failingPasts.set(2);
        ServiceView view = discovery.view("user");
        Await.until(() -> view.health().audits() >= 1);

        states.put(5L, List.of(FIRST, SECOND));
        Await.until(() -> shown(view).equals(List.of("1", "2")));

        assertThat(failingPasts.get()).isNegative();
        assertThat(etcd.requests(KVGrpc.getRangeMethod()))
                .filteredOn(request -> request.getRevision() == 0 && !request.getKeysOnly())
                .hasSize(2);
    }

    @Test
    void aStoreThatTellsEverythingIsReadOnce() {
        ServiceView view = discovery.view("user");

        Await.until(() -> view.health().audits() >= 3);

        assertThat(view.health().lists()).isEqualTo(1);
        assertThat(view.health().auditDifferences()).isZero();
    }
}
