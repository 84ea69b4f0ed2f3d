package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.watch.WatchMessage;
import dev.rollcall.etcd.server.watch.WatchSpec;
import dev.rollcall.etcd.server.watch.WatchStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Ties one gRPC stream to one {@link WatchStream}. It sends only while the client takes it, and reads requests only while their
 * answers find room. A half-close by the client changes nothing: events go on until it cancels.
 */
final class WatchCall implements StreamObserver<WatchRequest> {
    /** Then others have their turn on the loop. */
    private static final int MAX_SENT_IN_A_TURN = 256;

    private final Loop loop;
    private final Callers.Caller caller;
    private final Headers headers;
    private final Limits limits;
    private final ServerCallStreamObserver<WatchResponse> client;

    /** Null until the loop has opened it, and again when the client has gone. */
    private @Nullable WatchStream stream;

    private boolean owed;

    WatchCall(
            Loop loop,
            Callers.Caller caller,
            Headers headers,
            Limits limits,
            ServerCallStreamObserver<WatchResponse> client) {
        this.loop = loop;
        this.caller = caller;
        this.headers = headers;
        this.limits = limits;
        this.client = client;
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> loop.signal(this::close));
        client.setOnReadyHandler(() -> loop.signal(this::pump));
        loop.signal(() -> stream = loop.open(this::pump));
        client.request(1);
    }

    @Override
    public void onNext(WatchRequest request) {
        loop.signal(() -> {
            if (stream != null) {
                handle(request, stream);
                owed = true;
                pump();
            }
        });
    }

    @Override
    public void onError(Throwable cause) {
        // The cancel handler has been told.
    }

    @Override
    public void onCompleted() {
        // As in etcd, events keep flowing until the client cancels.
    }

    /** Sends what there is and the client takes. Only on the loop. */
    void pump() {
        WatchStream open = stream;
        if (open == null) {
            return;
        }
        for (int sent = 0; sent < MAX_SENT_IN_A_TURN && client.isReady(); sent++) {
            WatchMessage message = open.poll();
            if (message == null) {
                break;
            }
            send(message);
        }
        if (client.isReady() && open.hasBacklog()) {
            loop.signal(this::pump);
        }
        if (owed && !open.isFull()) {
            owed = false;
            client.request(1);
        }
    }

    private void handle(WatchRequest request, WatchStream stream) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(FromWire.watch(request.getCreateRequest()), stream);
            case CANCEL_REQUEST -> stream.cancel(request.getCancelRequest().getWatchId());
            case PROGRESS_REQUEST -> stream.requestProgress();
            case REQUESTUNION_NOT_SET -> {}
        }
    }

    /** What may be watched is asked once: a watcher lives on when rights change, as in etcd. */
    private void create(WatchSpec spec, WatchStream stream) {
        try {
            caller.requireRead(spec.range());
        } catch (Refusal e) {
            stream.refuse(GoError.text(e));
            return;
        }
        stream.create(spec);
    }

    private void send(WatchMessage message) {
        WatchResponse response = ToWire.watch(headers, message);
        if (message.fragment()) {
            Fragments.of(response, limits.inbound()).forEach(client::onNext);
        } else {
            client.onNext(response);
        }
    }

    private void close() {
        if (stream != null) {
            loop.close(stream);
            stream = null;
        }
    }
}
