package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The leases of the store, over gRPC. */
final class GrpcLeases implements Leases {

    private final Session session;
    private final Blocking blocking;
    private final Renewals renewals;

    GrpcLeases(Session session, Blocking blocking) {
        this.session = session;
        this.blocking = blocking;
        this.renewals = new Renewals(session);
    }

    @Override
    public LeaseGrant grant(Duration ttl) {
        return blocking.await(granted(LeaseId.NONE, ttl));
    }

    @Override
    public CompletionStage<LeaseGrant> grantAsync(Duration ttl) {
        return blocking.stage(granted(LeaseId.NONE, ttl));
    }

    @Override
    public LeaseGrant grant(LeaseId wanted, Duration ttl) {
        return blocking.await(granted(wanted, ttl));
    }

    @Override
    public CompletionStage<LeaseGrant> grantAsync(LeaseId wanted, Duration ttl) {
        return blocking.stage(granted(wanted, ttl));
    }

    /** Repeatable where the store chooses the number: of two leases granted by mistake the unknown one has no keys and runs out. */
    private CompletableFuture<LeaseGrant> granted(LeaseId wanted, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("a lease lives for a positive time, not " + ttl);
        }
        long seconds = ttl.getSeconds() + (ttl.getNano() > 0 ? 1 : 0);
        LeaseGrantRequest request = LeaseGrantRequest.newBuilder()
                .setID(wanted.value())
                .setTTL(seconds)
                .build();
        long askedAt = session.loop().now();
        return session.calls()
                .ask(Call.of(
                        LeaseGrpc.getLeaseGrantMethod(),
                        request,
                        wanted.isNone() ? Call.Kind.REPEATABLE : Call.Kind.WRITE,
                        "grant of a lease of " + seconds + " s"))
                .thenApply(answer -> Fit.of(seconds, Wire.grant(answer, askedAt)));
    }

    @Override
    public Header revoke(LeaseId lease) {
        return blocking.awaitChange(revoked(lease));
    }

    @Override
    public CompletionStage<Header> revokeAsync(LeaseId lease) {
        return blocking.stage(revoked(lease));
    }

    private CompletableFuture<Header> revoked(LeaseId lease) {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease.value()).build();
        return session.calls()
                .ask(Call.of(
                        LeaseGrpc.getLeaseRevokeMethod(), request, Call.Kind.WRITE, "revocation of lease " + lease))
                .thenApply(answer -> Wire.header(answer.getHeader()));
    }

    @Override
    public LeaseTimeToLive timeToLive(LeaseId lease) {
        return blocking.await(left(lease));
    }

    @Override
    public CompletionStage<LeaseTimeToLive> timeToLiveAsync(LeaseId lease) {
        return blocking.stage(left(lease));
    }

    private CompletableFuture<LeaseTimeToLive> left(LeaseId lease) {
        LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder()
                .setID(lease.value())
                .setKeys(true)
                .build();
        return session.calls()
                .ask(Call.of(
                        LeaseGrpc.getLeaseTimeToLiveMethod(),
                        request,
                        Call.Kind.READ,
                        "time to live of lease " + lease))
                .thenApply(answer -> Fit.of(lease, Wire.timeToLive(answer), answer.getTTL()));
    }

    @Override
    public List<LeaseId> list() {
        return blocking.await(all());
    }

    @Override
    public CompletionStage<List<LeaseId>> listAsync() {
        return blocking.stage(all());
    }

    private CompletableFuture<List<LeaseId>> all() {
        return session.calls()
                .ask(Call.of(
                        LeaseGrpc.getLeaseLeasesMethod(),
                        LeaseLeasesRequest.getDefaultInstance(),
                        Call.Kind.READ,
                        "list of leases"))
                .thenApply(answer -> answer.getLeasesList().stream()
                        .map(status -> new LeaseId(status.getID()))
                        .toList());
    }

    @Override
    public KeepAlive keepAlive(LeaseGrant grant, KeepAliveListener listener) {
        if (session.isClosed()) {
            throw Errors.closed();
        }
        RenewedLease lease = new RenewedLease(session, renewals, grant, listener);
        session.loop().execute(() -> lease.begin(grant.header()));
        if (session.loop().isClosed()) {
            lease.abandon();
        }
        return lease;
    }
}
