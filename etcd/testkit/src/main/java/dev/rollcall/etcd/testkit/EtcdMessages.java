package dev.rollcall.etcd.testkit;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.List;

/** The messages of etcd that scripts say most often; all come from one member of one cluster, in term 2. */
public final class EtcdMessages {

    private static final long CLUSTER = 0xc1;
    private static final long MEMBER = 0xa1;
    private static final long TERM = 2;
    /** The watch id of an answer to a manual progress request. */
    private static final long NO_WATCH = -1;

    private EtcdMessages() {}

    /** The header that every answer carries. */
    public static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(CLUSTER)
                .setMemberId(MEMBER)
                .setRaftTerm(TERM)
                .setRevision(revision)
                .build();
    }

    /** The watch is there; the store is at {@code revision}. */
    public static WatchResponse created(long watchId, long revision) {
        return watch(watchId, revision).setCreated(true).build();
    }

    /** The watch is ended by the server. */
    public static WatchResponse canceled(long watchId, long revision, String reason) {
        return watch(watchId, revision)
                .setCanceled(true)
                .setCancelReason(reason)
                .build();
    }

    /** The watch is ended because its start lies before {@code compactRevision}. */
    public static WatchResponse compacted(long watchId, long revision, long compactRevision) {
        return watch(watchId, revision)
                .setCanceled(true)
                .setCompactRevision(compactRevision)
                .build();
    }

    /** The answer to a manual progress request. */
    public static WatchResponse progress(long revision) {
        return watch(NO_WATCH, revision).build();
    }

    /** Events of one batch. */
    public static WatchResponse events(long watchId, long revision, Event... events) {
        return watch(watchId, revision).addAllEvents(List.of(events)).build();
    }

    /** A part of a batch; the last one has {@code more} false. */
    public static WatchResponse fragment(long watchId, long revision, boolean more, Event... events) {
        return events(watchId, revision, events).toBuilder().setFragment(more).build();
    }

    /** A key was put: created at that very revision. */
    public static Event put(String key, String value, long modRevision) {
        return Event.newBuilder()
                .setType(Event.EventType.PUT)
                .setKv(keyValue(key, value, modRevision))
                .build();
    }

    /** A key was deleted. */
    public static Event deleted(String key, long modRevision) {
        return Event.newBuilder()
                .setType(Event.EventType.DELETE)
                .setKv(KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setModRevision(modRevision))
                .build();
    }

    /** A key as a read returns it: version 1, created at {@code modRevision}. */
    public static KeyValue keyValue(String key, String value, long modRevision) {
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setCreateRevision(modRevision)
                .setModRevision(modRevision)
                .setVersion(1)
                .build();
    }

    /** A whole answer to a read. */
    public static RangeResponse range(long revision, KeyValue... found) {
        return RangeResponse.newBuilder()
                .setHeader(header(revision))
                .addAllKvs(List.of(found))
                .setCount(found.length)
                .build();
    }

    /** The lease lives for {@code seconds} from now; 0 means that there is no such lease. */
    public static LeaseKeepAliveResponse renewed(long lease, long seconds) {
        return LeaseKeepAliveResponse.newBuilder()
                .setHeader(header(1))
                .setID(lease)
                .setTTL(seconds)
                .build();
    }

    /** A member that leads itself. */
    public static StatusResponse status(String version, long revision) {
        return StatusResponse.newBuilder()
                .setHeader(header(revision))
                .setVersion(version)
                .setLeader(MEMBER)
                .setRaftTerm(TERM)
                .build();
    }

    private static WatchResponse.Builder watch(long watchId, long revision) {
        return WatchResponse.newBuilder().setHeader(header(revision)).setWatchId(watchId);
    }
}
