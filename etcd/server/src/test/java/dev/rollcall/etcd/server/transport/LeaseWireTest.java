package dev.rollcall.etcd.server.transport;

import static dev.rollcall.etcd.server.RawClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseStatus;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.RawClient;
import dev.rollcall.etcd.server.Recorded;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseWireTest {
    private final AtomicLong now = new AtomicLong(77);
    private EmbeddedEtcd etcd;
    private RawClient client;

    @BeforeEach
    void start() {
        etcd = EmbeddedEtcd.builder().clock(now::get).start();
        client = new RawClient(etcd);
    }

    @AfterEach
    void stop() {
        client.close();
        etcd.close();
    }

    @Test
    void choosesIncreasingPositiveIdsAndRaisesShortTimes() {
        LeaseGrantResponse first = grant(0, 1);
        LeaseGrantResponse second = grant(0, 0);
        assertThat(first.getTTL()).isEqualTo(2);
        assertThat(first.getID()).isPositive();
        assertThat(second.getID()).isGreaterThan(first.getID());
        assertThat(first.getHeader().getRevision()).isEqualTo(1);
    }

    @Test
    void refusesInEtcdsWords() {
        grant(-7, 60);
        assertFails(() -> grant(-7, 60), "FAILED_PRECONDITION: etcdserver: lease already exists");
        assertFails(() -> grant(8, 9_000_000_001L), "OUT_OF_RANGE: etcdserver: too large lease TTL");
        assertFails(() -> revoke(8), "NOT_FOUND: etcdserver: requested lease not found");
    }

    @Test
    void revokingDeletesTheKeysInOneRevision() {
        grant(1, 60);
        client.put("b", "", 1);
        client.put("a", "", 1);
        Recorded<WatchRequest, WatchResponse> watch = client.watch();
        watch.send(WatchRequest.newBuilder()
                .setCreateRequest(
                        RawClient.prefixWatch("a").setRangeEnd(bytes("z")).setPrevKv(true))
                .build());
        watch.next();
        revoke(1);
        WatchResponse gone = watch.next();
        assertThat(gone.getHeader().getRevision()).isEqualTo(4);
        assertThat(gone.getEventsList()).extracting(Event::getType).containsOnly(Event.EventType.DELETE);
        assertThat(gone.getEventsList())
                .extracting(event -> event.getPrevKv().getKey().toStringUtf8())
                .containsExactly("a", "b");
        watch.cancel();
    }

    @Test
    void aLeaseThatIsNotRenewedTakesItsKeysAlong() {
        grant(1, 5);
        client.put("a", "", 1);
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        watch.next();
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(timeToLive(1).getTTL()).isEqualTo(1);
        assertThat(client.get("a").getCount()).isEqualTo(1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(watch.next().getEvents(0).getType()).isEqualTo(Event.EventType.DELETE);
        assertFails(() -> client.put("a", "", 1), "NOT_FOUND: etcdserver: requested lease not found");
        assertThat(grant(1, 5).getID()).isEqualTo(1);
        watch.cancel();
    }

    @Test
    void renewalsAreAnsweredInOrderAndAnUnknownLeaseHasNoTimeLeft() {
        grant(1, 60);
        Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = keepAlive();
        renewals.send(renewal(1)).send(renewal(2)).send(renewal(0)).send(renewal(1));
        assertThat(renewals.next())
                .extracting(LeaseKeepAliveResponse::getID, LeaseKeepAliveResponse::getTTL)
                .containsExactly(1L, 60L);
        assertThat(renewals.next())
                .extracting(LeaseKeepAliveResponse::getID, LeaseKeepAliveResponse::getTTL)
                .containsExactly(2L, 0L);
        assertThat(renewals.next().getTTL()).isZero();
        assertThat(renewals.next().getTTL()).isEqualTo(60);
        assertThat(renewals.isOpen()).isTrue();
        renewals.send(renewal(1));
        renewals.halfClose();
        assertThat(renewals.next().getTTL()).isEqualTo(60);
        assertThat(renewals.status().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aRenewedLeaseLivesOn() {
        grant(1, 5);
        client.put("a", "", 1);
        Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = keepAlive();
        for (int i = 0; i < 4; i++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(4));
            renewals.send(renewal(1));
            assertThat(renewals.next().getTTL()).isEqualTo(5);
        }
        assertThat(client.get("a").getCount()).isEqualTo(1);
        renewals.cancel();
    }

    @Test
    void tellsTheTimeLeftAndTheKeysWhenAsked() {
        grant(1, 60);
        client.put("a", "", 1);
        now.addAndGet(1);
        LeaseTimeToLiveResponse left = timeToLive(1);
        assertThat(left.getTTL()).isEqualTo(59);
        assertThat(left.getGrantedTTL()).isEqualTo(60);
        assertThat(left.getKeysList()).containsExactly(bytes("a"));
        assertThat(left.getHeader().getRevision()).isEqualTo(2);
        LeaseTimeToLiveResponse unknown = timeToLive(9);
        assertThat(unknown.getTTL()).isEqualTo(-1);
        assertThat(unknown.getID()).isEqualTo(9);
        assertThat(unknown.getGrantedTTL()).isZero();
    }

    @Test
    void listsTheLeasesTheFirstToEndInFront() {
        grant(1, 60);
        grant(2, 30);
        assertThat(client.lease()
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                        .getLeasesList())
                .extracting(LeaseStatus::getID)
                .containsExactly(2L, 1L);
    }

    @Test
    void aTokenThatIsNobodysIsRefusedAtOnce() {
        enableAuthentication();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), "expired.7");
        ClientInterceptor stranger = MetadataUtils.newAttachHeadersInterceptor(headers);
        LeaseGrpc.LeaseBlockingStub leases = client.lease().withInterceptors(stranger);
        String refusal = "UNAUTHENTICATED: etcdserver: invalid auth token";
        assertFails(
                () -> leases.leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(60).build()),
                refusal);
        assertFails(
                () -> leases.leaseRevoke(
                        LeaseRevokeRequest.newBuilder().setID(1).build()),
                refusal);
        Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals =
                Recorded.open(LeaseGrpc.newStub(client.channel).withInterceptors(stranger)::leaseKeepAlive);
        renewals.send(renewal(1));
        assertThat(renewals.status().asRuntimeException()).hasMessage(refusal);
    }

    private void enableAuthentication() {
        AuthGrpc.AuthBlockingStub auth =
                AuthGrpc.newBlockingStub(client.channel).withDeadlineAfter(10, TimeUnit.SECONDS);
        var unusedUser = auth.userAdd(AuthUserAddRequest.newBuilder()
                .setName("root")
                .setPassword("canary")
                .build());
        var unusedRole = auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser("root")
                .setRole("root")
                .build());
        var unusedAnswer = auth.authEnable(AuthEnableRequest.getDefaultInstance());
    }

    private LeaseGrantResponse grant(long id, long ttl) {
        return client.lease()
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build());
    }

    private void revoke(long id) {
        assertThat(client.lease()
                        .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build())
                        .hasHeader())
                .isTrue();
    }

    private LeaseTimeToLiveResponse timeToLive(long id) {
        return client.lease()
                .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                        .setID(id)
                        .setKeys(true)
                        .build());
    }

    private Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> keepAlive() {
        return Recorded.open(LeaseGrpc.newStub(client.channel)::leaseKeepAlive);
    }

    private static LeaseKeepAliveRequest renewal(long id) {
        return LeaseKeepAliveRequest.newBuilder().setID(id).build();
    }

    private static void assertFails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(call).withMessage(text);
    }
}
