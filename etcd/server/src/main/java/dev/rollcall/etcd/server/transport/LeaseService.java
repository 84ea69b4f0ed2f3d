package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseLeasesResponse;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseRevokeResponse;
import dev.rollcall.etcd.proto.LeaseStatus;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.lease.LeaseTable.Remaining;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Leases. All of it runs on the loop, which owns them. */
final class LeaseService extends LeaseGrpc.LeaseImplBase {
    private final Loop loop;
    private final Calls calls;
    private final Callers callers;
    private final Headers headers;

    LeaseService(Loop loop, Calls calls, Callers callers, Headers headers) {
        this.loop = loop;
        this.calls = calls;
        this.callers = callers;
        this.headers = headers;
    }

    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> observer) {
        Callers.Caller caller = callers.current();
        calls.applyMadeOnLoop(
                observer,
                () -> caller.gives(new Command.Grant(
                        request.getID() == 0 ? loop.freeLeaseId() : request.getID(), request.getTTL())),
                outcome -> {
                    Outcome.Lease granted = (Outcome.Lease) outcome;
                    return LeaseGrantResponse.newBuilder()
                            .setHeader(headers.at(granted.revision()))
                            .setID(granted.id())
                            .setTTL(granted.ttlSeconds())
                            .build();
                });
    }

    @Override
    public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> observer) {
        calls.apply(
                observer,
                () -> callers.byCurrent(new Command.Revoke(request.getID())),
                outcome -> LeaseRevokeResponse.newBuilder()
                        .setHeader(headers.at(outcome.revision()))
                        .build());
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> observer) {
        return new KeepAliveCall(
                loop, callers.current(), headers, (ServerCallStreamObserver<LeaseKeepAliveResponse>) observer);
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> observer) {
        Callers.Caller caller = callers.current();
        calls.onLoop(observer, () -> {
            Machine machine = loop.machine();
            if (request.getKeys()) {
                requireRead(caller.actor(), request.getID());
            }
            LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder()
                    .setHeader(headers.at(machine.store().revision()))
                    .setID(request.getID());
            Remaining remaining = machine.leases().remaining(request.getID(), loop.now());
            if (remaining == null) {
                return response.setTTL(-1).build();
            }
            response.setTTL(remaining.seconds()).setGrantedTTL(remaining.grantedSeconds());
            if (request.getKeys()) {
                remaining.keys().forEach(key -> response.addKeys(ToWire.bytes(key)));
            }
            return response.build();
        });
    }

    @Override
    public void leaseLeases(LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> observer) {
        Callers.Caller caller = callers.current();
        calls.onLoop(observer, () -> {
            Machine machine = loop.machine();
            machine.leases().ids().forEach(id -> requireRead(caller.actor(), id));
            LeaseLeasesResponse.Builder response = LeaseLeasesResponse.newBuilder()
                    .setHeader(headers.at(machine.store().revision()));
            machine.leases()
                    .ids()
                    .forEach(id -> response.addLeases(LeaseStatus.newBuilder().setID(id)));
            return response.build();
        });
    }

    private void requireRead(Actor actor, long lease) {
        Machine machine = loop.machine();
        machine.leases().keys(lease).forEach(key -> machine.auth().requireRead(actor, KeyRange.single(key)));
    }
}
