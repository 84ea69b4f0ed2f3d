package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Refusal;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One stream of renewals, answered one by one in order. The next one is taken from the client when it has room for an answer, so a
 * client that does not read cannot pile answers up here. It ends when the client half-closes.
 */
final class KeepAliveCall implements StreamObserver<LeaseKeepAliveRequest>, Answer {
    private final Loop loop;
    private final Callers.Caller caller;
    private final Headers headers;
    private final ServerCallStreamObserver<LeaseKeepAliveResponse> client;
    private boolean owed;
    private boolean answering;
    private boolean halfClosed;

    KeepAliveCall(
            Loop loop,
            Callers.Caller caller,
            Headers headers,
            ServerCallStreamObserver<LeaseKeepAliveResponse> client) {
        this.loop = loop;
        this.caller = caller;
        this.headers = headers;
        this.client = client;
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> {});
        client.setOnReadyHandler(() -> loop.signal(this::takeNext));
        client.request(1);
    }

    @Override
    public void onNext(LeaseKeepAliveRequest request) {
        loop.signal(() -> {
            answering = true;
            try {
                loop.renew(request.getID(), caller.actor(), this);
            } catch (Refusal e) {
                failed(e);
            }
        });
    }

    @Override
    public void onError(Throwable cause) {
        // The client has gone, and nothing is held for it.
    }

    @Override
    public void onCompleted() {
        loop.signal(() -> {
            halfClosed = true;
            complete();
        });
    }

    @Override
    public void done(Outcome outcome) {
        Outcome.Lease renewed = (Outcome.Lease) outcome;
        client.onNext(LeaseKeepAliveResponse.newBuilder()
                .setHeader(headers.at(renewed.revision()))
                .setID(renewed.id())
                .setTTL(renewed.ttlSeconds())
                .build());
        owed = true;
        answering = false;
        takeNext();
        complete();
    }

    @Override
    public void failed(RuntimeException why) {
        client.onError(Calls.status(why).asRuntimeException());
    }

    private void complete() {
        if (halfClosed && !answering) {
            client.onCompleted();
        }
    }

    private void takeNext() {
        if (owed && client.isReady()) {
            owed = false;
            client.request(1);
        }
    }
}
