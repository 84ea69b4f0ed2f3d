package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Leases. */
abstract class LeaseContract extends Contract {

    private StreamProbe<LeaseKeepAliveRequest, LeaseKeepAliveResponse> keepAlive() {
        StreamProbe<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream = new StreamProbe<>();
        wire().leaseStreams().leaseKeepAlive(stream);
        return stream;
    }

    private static LeaseKeepAliveRequest renew(long id) {
        return LeaseKeepAliveRequest.newBuilder().setID(id).build();
    }

    private LeaseTimeToLiveResponse timeToLive(long id) {
        return wire().lease()
                .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                        .setID(id)
                        .setKeys(true)
                        .build());
    }

    @Test
    void aShortTimeToLiveIsRaisedAndAHugeOneRefused() {
        for (long asked : new long[] {-1, 0, 1, 2}) {
            LeaseGrantResponse grant = wire().lease()
                    .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(asked).build());
            assertThat(grant.getTTL()).isEqualTo(2);
            assertThat(grant.getID()).isPositive();
        }
        refused(Code.OUT_OF_RANGE, "etcdserver: too large lease TTL", () -> wire().grant(9_000_000_001L));
    }

    @Test
    void aLeaseNumberMayBeChosenOnce() {
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setTTL(60).setID(-7).build();
        assertThat(wire().lease().leaseGrant(request).getID()).isEqualTo(-7);
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: lease already exists",
                () -> wire().lease().leaseGrant(request));
        wire().lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(-7).build());
        assertThat(wire().lease().leaseGrant(request).getID()).isEqualTo(-7);
    }

    @Test
    void revokingDeletesItsKeysInOneRevision() {
        long lease = wire().grant(60);
        wire().put("/l/b", "", lease);
        long last = wire().put("/l/a", "", lease).getHeader().getRevision();
        long revoked = wire().lease()
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build())
                .getHeader()
                .getRevision();
        assertThat(revoked).isEqualTo(last + 1);
        assertThat(wire().prefix("/l/").getKvsCount()).isZero();
        refused(
                Code.NOT_FOUND,
                "etcdserver: requested lease not found",
                () -> wire().lease()
                        .leaseRevoke(
                                LeaseRevokeRequest.newBuilder().setID(lease).build()));
    }

    @Test
    void revokingALeaseWithoutKeysIsNoRevision() {
        long before = wire().revision();
        long lease = wire().grant(60);
        assertThat(wire().lease()
                        .leaseRevoke(
                                LeaseRevokeRequest.newBuilder().setID(lease).build())
                        .getHeader()
                        .getRevision())
                .isEqualTo(before);
    }

    @Test
    void aRenewalOfAnUnknownLeaseIsNoErrorButZero() {
        long lease = wire().grant(60);
        try (var stream = keepAlive()) {
            stream.send(renew(lease));
            assertThat(stream.next().getTTL()).isEqualTo(60);
            stream.send(renew(4711));
            LeaseKeepAliveResponse unknown = stream.next();
            assertThat(unknown.getTTL()).isZero();
            assertThat(unknown.getID()).isEqualTo(4711);
            stream.send(renew(lease));
            assertThat(stream.next().getTTL()).isEqualTo(60);
            stream.halfClose();
            assertThat(stream.end().getCode()).isEqualTo(Status.OK.getCode());
        }
    }

    @Test
    void timeToLiveTellsWhatIsLeft() {
        long lease = wire().grant(100);
        wire().put("/l/1", "", lease);
        LeaseTimeToLiveResponse left = timeToLive(lease);
        assertThat(left.getGrantedTTL()).isEqualTo(100);
        assertThat(left.getTTL()).isBetween(95L, 99L);
        assertThat(left.getKeysList()).containsExactly(Wire.bytes("/l/1"));
        LeaseTimeToLiveResponse unknown = timeToLive(4711);
        assertThat(unknown.getTTL()).isEqualTo(-1);
        assertThat(unknown.getGrantedTTL()).isZero();
        assertThat(unknown.getHeader().getRevision()).isPositive();
    }

    @Test
    void leasesAreListed() {
        long lease = wire().grant(60);
        assertThat(wire().lease()
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                        .getLeasesList())
                .anyMatch(status -> status.getID() == lease);
    }

    @Test
    void aLeaseThatIsNotRenewedTakesItsKeysWithIt() {
        long lease = wire().grant(2);
        long granted = System.nanoTime();
        long put = wire().put("/l/1", "", lease).getHeader().getRevision();
        Awaitility.await()
                .atMost(Duration.ofSeconds(8))
                .until(() -> wire().get("/l/1").getKvsCount() == 0);
        assertThat(System.nanoTime() - granted).as("never before its time").isGreaterThanOrEqualTo(2_000_000_000L);
        assertThat(wire().revision()).isEqualTo(put + 1);
        assertThat(timeToLive(lease).getTTL()).isEqualTo(-1);
    }

    @Test
    void aKeyMovesToTheLeaseItWasLastPutUnder() {
        long first = wire().grant(60);
        long second = wire().grant(60);
        wire().put("/l/1", "", first);
        wire().put("/l/1", "", second);
        wire().lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(first).build());
        assertThat(wire().get("/l/1").getKvs(0).getLease()).isEqualTo(second);
        wire().put("/l/1", "");
        wire().lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(second).build());
        assertThat(wire().get("/l/1").getKvsCount()).isEqualTo(1);
    }
}
