package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.LeaderResponse;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.watch.WatchMessage;
import dev.rollcall.etcd.server.watch.WatchSpec;
import dev.rollcall.etcd.server.watch.WatchStream;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client who leads and what that one proclaims, until it goes away: the leader there is, each new value of its key, and when
 * that is deleted the next leader. It sends only while the client takes it.
 */
final class ObserveCall {
    private final Loop loop;
    private final Callers.Caller caller;
    private final Headers headers;
    private final KeyRange candidates;
    private final ServerCallStreamObserver<LeaderResponse> client;

    /** Of the leader's key, or of all candidates while there is no leader. */
    private @Nullable WatchStream stream;

    private boolean gone;
    private boolean following;

    ObserveCall(
            Loop loop,
            Callers.Caller caller,
            Headers headers,
            KeyRange candidates,
            ServerCallStreamObserver<LeaderResponse> client) {
        this.loop = loop;
        this.caller = caller;
        this.headers = headers;
        this.candidates = candidates;
        this.client = client;
        client.setOnCancelHandler(() -> loop.signal(this::close));
        client.setOnReadyHandler(() -> loop.signal(this::pump));
        loop.signal(this::look);
    }

    private void look() {
        if (gone) {
            return;
        }
        try {
            caller.requireRead(candidates);
        } catch (Refusal e) {
            close();
            // So etcd does; who may not look is not told why.
            client.onCompleted();
            return;
        }
        long revision = loop.machine().store().revision();
        KeyValue leader = Recipe.oldest(loop.machine().store(), candidates);
        if (leader != null) {
            send(revision, leader);
        }
        follow(leader, revision + 1);
    }

    private void follow(@Nullable KeyValue leader, long from) {
        stopWatching();
        following = leader != null;
        KeyRange range = leader == null ? candidates : KeyRange.single(leader.key());
        WatchStream opened = loop.open(this::pump);
        stream = opened;
        opened.create(new WatchSpec(0, range, from, true, following, false, false, false));
    }

    private void pump() {
        while (stream != null && client.isReady()) {
            WatchMessage message = stream.poll();
            if (message == null) {
                break;
            }
            take(message);
        }
        if (stream != null && client.isReady() && stream.hasBacklog()) {
            loop.signal(this::pump);
        }
    }

    private void take(WatchMessage message) {
        if (message.kind() == WatchMessage.Kind.CANCELED) {
            // Compacted before it was sent: only what is true now can be told.
            look();
            return;
        }
        for (WatchMessage.Event event : message.events()) {
            KeyValue kv = event.kv();
            if (kv.isTombstone()) {
                look();
                return;
            }
            send(kv.modRevision(), kv);
            if (!following) {
                follow(kv, kv.modRevision() + 1);
                return;
            }
        }
    }

    private void send(long revision, KeyValue leader) {
        client.onNext(LeaderResponse.newBuilder()
                .setHeader(headers.at(revision))
                .setKv(ToWire.keyValue(leader))
                .build());
    }

    private void close() {
        gone = true;
        stopWatching();
    }

    private void stopWatching() {
        if (stream != null) {
            loop.close(stream);
            stream = null;
        }
    }
}
