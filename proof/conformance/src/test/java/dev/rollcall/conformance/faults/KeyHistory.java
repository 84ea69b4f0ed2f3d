package dev.rollcall.conformance.faults;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The truth of a prefix: a raw watch on every member, so that a member that hangs hides nothing, merged by revision. A change has the time at which the
 * first member told it.
 */
final class KeyHistory implements AutoCloseable {

    /**
     * One change of one key.
     *
     * @param at when the first member told it, in nanoseconds
     */
    record Change(String key, boolean deleted, long lease, long revision, long at) {}

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ScheduledExecutorService again = Executors.newSingleThreadScheduledExecutor();
    private final NavigableMap<Long, List<Change>> changes = new TreeMap<>();
    private final String prefix;

    /** A history of the keys with a prefix, from the revision on. */
    KeyHistory(List<String> endpoints, String prefix, long from) {
        this.prefix = prefix;
        for (String endpoint : endpoints) {
            ManagedChannel channel = Grpc.newChannelBuilder(
                            endpoint.replace("http://", ""), InsecureChannelCredentials.create())
                    .build();
            channels.add(channel);
            follow(channel, from);
        }
    }

    private void follow(ManagedChannel channel, long from) {
        Follower follower = new Follower(channel, from);
        StreamObserver<WatchRequest> requests = WatchGrpc.newStub(channel).watch(follower);
        ByteString end = ByteString.copyFromUtf8(
                prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1));
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(end)
                        .setStartRevision(from))
                .build());
    }

    private synchronized void tell(WatchResponse response, long at) {
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            String key = event.getKv().getKey().toStringUtf8();
            List<Change> told = changes.computeIfAbsent(revision, r -> new ArrayList<>());
            if (told.stream().noneMatch(change -> change.key().equals(key))) {
                boolean deleted = event.getType() == Event.EventType.DELETE;
                told.add(new Change(key, deleted, event.getKv().getLease(), revision, at));
            }
        }
    }

    /** What was told since a time, in the order of revisions. */
    synchronized List<Change> since(long time) {
        return changes.values().stream()
                .flatMap(List::stream)
                .filter(change -> change.at() - time >= 0)
                .toList();
    }

    @Override
    public void close() {
        again.shutdownNow();
        channels.forEach(ManagedChannel::shutdownNow);
    }

    /** One watch on one member, opened again from where it was when the member goes. */
    private final class Follower implements StreamObserver<WatchResponse> {

        private final ManagedChannel channel;
        private long next;

        Follower(ManagedChannel channel, long from) {
            this.channel = channel;
            this.next = from;
        }

        @Override
        public void onNext(WatchResponse response) {
            tell(response, System.nanoTime());
            if (response.getEventsCount() > 0) {
                next = response.getHeader().getRevision() + 1;
            }
        }

        @Override
        public void onError(Throwable error) {
            try {
                var unused = again.schedule(() -> follow(channel, next), 100, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                // The history is over.
            }
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("the member ended the stream"));
        }
    }
}
