package dev.rollcall.simulation;

import com.google.protobuf.Message;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** The member's end of a call. */
final class ServerSide<Q, R> extends ServerCall<Q, R> {

    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** What a request needs of the cluster. */
    enum Kind {
        /** Nothing: the member answers from what it has. */
        LOCAL,
        /** A leader that confirms how far everybody is. */
        LINEAR,
        /** A leader that writes. */
        WRITE,
        /** The leader itself. */
        LEADER
    }

    final SimulatedCall<Q, R> call;
    final Node node;
    final boolean wantsLeader;
    private ServerCall.@Nullable Listener<Q> service;
    private boolean over;

    private ServerSide(SimulatedCall<Q, R> call, Node node, boolean wantsLeader) {
        this.call = call;
        this.node = node;
        this.wantsLeader = wantsLeader;
    }

    /** A call arrives at a member. */
    static <Q, R> ServerSide<Q, R> open(SimulatedCall<Q, R> call, Node node, Metadata headers) {
        ServerSide<Q, R> side = new ServerSide<>(call, node, headers.containsKey(HAS_LEADER));
        @SuppressWarnings("unchecked")
        ServerMethodDefinition<Q, R> method =
                (ServerMethodDefinition<Q, R>) node.replica().method(call.method.getFullMethodName());
        if (method == null) {
            side.close(Status.UNIMPLEMENTED, new Metadata());
        } else if (side.wantsLeader && node.knowsNoLeader()) {
            side.close(Status.UNAVAILABLE.withDescription("etcdserver: no leader"), new Metadata());
        } else {
            node.opened(side);
            side.service = method.getServerCallHandler().startCall(side, headers);
            node.replica().run();
        }
        return side;
    }

    Kind kind(Q request) {
        return switch (call.method.getFullMethodName()) {
            case "etcdserverpb.KV/Range" -> ((RangeRequest) request).getSerializable() ? Kind.LOCAL : Kind.LINEAR;
            case "etcdserverpb.KV/Put",
                    "etcdserverpb.KV/DeleteRange",
                    "etcdserverpb.KV/Txn",
                    "etcdserverpb.KV/Compact",
                    "etcdserverpb.Lease/LeaseGrant",
                    "etcdserverpb.Lease/LeaseRevoke" -> Kind.WRITE;
            case "etcdserverpb.Lease/LeaseKeepAlive",
                    "etcdserverpb.Lease/LeaseTimeToLive",
                    "etcdserverpb.Lease/LeaseLeases" -> Kind.LEADER;
            default -> Kind.LOCAL;
        };
    }

    boolean isStream() {
        return call.method.getType() != MethodDescriptor.MethodType.UNARY;
    }

    boolean isOver() {
        return over;
    }

    /** A request arrives. */
    void message(Q request) {
        if (!over) {
            node.cluster.request(this, request);
        }
    }

    /** The request is carried out. */
    void serve(Q request) {
        if (service != null) {
            service.onMessage(request);
            if (!isStream()) {
                service.onHalfClose();
            }
        }
    }

    void halfClose() {
        if (!over && service != null) {
            service.onHalfClose();
        }
    }

    void cancelled() {
        if (!over) {
            over = true;
            node.ended(this);
            if (service != null) {
                service.onCancel();
                node.replica().run();
            }
        }
    }

    /** The member ends the call by itself. */
    void fail(Status status) {
        if (!over) {
            boolean stream = isStream();
            close(status, new Metadata());
            if (stream && service != null) {
                service.onCancel();
                node.replica().run();
            }
        }
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    @SuppressWarnings("unchecked")
    public void sendMessage(R message) {
        if (over) {
            return;
        }
        node.cluster.answered(call.host(), (Message) message);
        if (message instanceof WatchResponse response) {
            node.cluster.watchFault().spoil(call.host(), response).forEach(each -> call.answer((R) each));
        } else {
            call.answer(message);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (!over) {
            over = true;
            node.ended(this);
            call.close(status);
        }
    }

    @Override
    public boolean isCancelled() {
        return over;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return call.method;
    }
}
