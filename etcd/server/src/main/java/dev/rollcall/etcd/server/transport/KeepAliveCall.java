package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Outcome;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One stream of renewals, answered one by one in order. The next one is taken from the client when it has room for an answer, so a
 * client that does not read cannot pile answers up here. It ends when the client half-closes.
 */
final class KeepAliveCall implements StreamObserver<LeaseKeepAliveRequest> {
    private final Loop loop;
    private final Headers headers;
    private final ServerCallStreamObserver<LeaseKeepAliveResponse> client;
    private boolean owed;

    KeepAliveCall(Loop loop, Headers headers, ServerCallStreamObserver<LeaseKeepAliveResponse> client) {
        this.loop = loop;
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
            answer(request.getID());
            owed = true;
            takeNext();
        });
    }

    @Override
    public void onError(Throwable cause) {
        // The client has gone, and nothing is held for it.
    }

    @Override
    public void onCompleted() {
        loop.signal(client::onCompleted);
    }

    private void answer(long id) {
        try {
            Outcome.Lease renewed =
                    (Outcome.Lease) loop.apply(new Command.Renew(id)).outcome();
            client.onNext(LeaseKeepAliveResponse.newBuilder()
                    .setHeader(headers.at(renewed.revision()))
                    .setID(id)
                    .setTTL(renewed.ttlSeconds())
                    .build());
        } catch (RuntimeException e) {
            client.onError(Calls.status(e).asRuntimeException());
        }
    }

    private void takeNext() {
        if (owed && client.isReady()) {
            owed = false;
            client.request(1);
        }
    }
}
