package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseRevokeResponse;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import dev.rollcall.registration.Registrar;
import dev.rollcall.registration.RegistrarSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that acknowledges renewals it should not, or in the name of another leader. */
class LyingRenewalsTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Instance USER = Instance.of("user", "10.0.0.7:8080");

    private final List<Observation> told = new CopyOnWriteArrayList<>();
    private final AtomicLong leases = new AtomicLong();
    private final AtomicLong revision = new AtomicLong(10);
    private final AtomicLong term = new AtomicLong(1);
    private final AtomicLong revoked = new AtomicLong(-1);
    private ScriptedEtcd etcd;

    @BeforeEach
    void script() {
        etcd = ScriptedEtcd.start();
        etcd.always(LeaseGrpc.getLeaseGrantMethod())
                .reply(request -> LeaseGrantResponse.newBuilder()
                        .setHeader(header())
                        .setID(leases.incrementAndGet())
                        .setTTL(request.getTTL())
                        .build());
        etcd.always(LeaseGrpc.getLeaseKeepAliveMethod())
                .answerEach(request -> LeaseKeepAliveResponse.newBuilder()
                        .setHeader(header())
                        .setID(request.getID())
                        .setTTL(3)
                        .build());
        etcd.always(LeaseGrpc.getLeaseTimeToLiveMethod())
                .reply(request -> LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(header())
                        .setID(request.getID())
                        .setTTL(request.getID() == revoked.get() ? -1 : 2)
                        .setGrantedTTL(request.getID() == revoked.get() ? 0 : 3)
                        .addKeys(ByteString.copyFromUtf8(
                                Keyspace.standard().key(USER.identity()).utf8()))
                        .build());
        etcd.always(LeaseGrpc.getLeaseRevokeMethod())
                .reply(request ->
                        LeaseRevokeResponse.newBuilder().setHeader(header()).build());
        etcd.always(KVGrpc.getTxnMethod()).reply(request -> {
            revision.incrementAndGet();
            return TxnResponse.newBuilder()
                    .setHeader(header())
                    .setSucceeded(true)
                    .addAllResponses(request.getSuccessList().stream()
                            .map(LyingRenewalsTest::done)
                            .toList())
                    .build();
        });
        etcd.always(WatchGrpc.getWatchMethod())
                .await()
                .answer(request ->
                        EtcdMessages.created(request.getCreateRequest().getWatchId(), revision.get()));
    }

    @AfterEach
    void end() {
        etcd.close();
    }

    private static ResponseOp done(RequestOp op) {
        return op.hasRequestPut()
                ? ResponseOp.newBuilder()
                        .setResponsePut(PutResponse.getDefaultInstance())
                        .build()
                : ResponseOp.newBuilder()
                        .setResponseDeleteRange(DeleteRangeResponse.getDefaultInstance())
                        .build();
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder(EtcdMessages.header(revision.get()))
                .setRaftTerm(term.get())
                .build();
    }

    private RegistrarSettings settings(Duration audit) {
        return RegistrarSettings.defaults().withAuditPeriod(audit).withObserver(told::add);
    }

    private static boolean putsUnder(TxnRequest request, long lease) {
        return request.getSuccessList().stream()
                .anyMatch(op -> op.hasRequestPut() && op.getRequestPut().getLease() == lease);
    }

    /** etcd before 3.5.23 and 3.4.38 does so. */
    @Test
    void aLeaseThatIsRenewedThoughItIsRevokedIsFoundOutByOneAudit() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoint());
                Registrar registrar = Registrar.over(client, Keyspace.standard(), settings(Duration.ofMillis(500)))) {
            registrar.register(USER).awaitRegistered(SOON);
            assertThat(told).isEmpty();

            revoked.set(1);

            etcd.awaitRequest(KVGrpc.getTxnMethod(), request -> putsUnder(request, 2));
            await().atMost(SOON)
                    .until(() -> told.contains(new Observation.AuditDifference("lease " + new LeaseId(1), 1)));
            assertThat(registrar.health().auditDifferences()).isOne();
        }
    }

    @Test
    void aRenewalInAHigherTermMovesTheKeyToAFreshLease() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoint());
                Registrar registrar = Registrar.over(client, Keyspace.standard(), settings(Duration.ZERO))) {
            registrar.register(USER).awaitRegistered(SOON);

            term.set(2);

            etcd.awaitRequest(KVGrpc.getTxnMethod(), request -> putsUnder(request, 2));
            etcd.awaitRequest(LeaseGrpc.getLeaseRevokeMethod(), request -> request.getID() == 1);
            await().atMost(SOON)
                    .until(() -> told.contains(new Observation.LeaseSwapped(new LeaseId(1), new LeaseId(2), 1)));
        }
    }
}
