package dev.rollcall.conformance.durable;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection that writes keys and leases of its own, one request at a time, until the server goes. It knows what was
 * acknowledged, and which request was on its way at the end: that one alone may be done or not.
 */
final class Writer {
    private static final int KEYS = 40;
    private static final long TTL = 3600;

    private final int number;
    private final Random random;
    private final TreeMap<String, Acknowledged> keys = new TreeMap<>();
    private final Set<Long> leases = new HashSet<>();
    private long token;
    private long highest = 1;
    private final AtomicLong acknowledged = new AtomicLong();
    private @Nullable Attempt open;

    Writer(int number, long seed) {
        this.number = number;
        this.random = new Random(seed * 31 + number);
    }

    /** What a key holds: a value, or null when it was deleted, since a revision. */
    record Acknowledged(@Nullable String value, long revision) {}

    /** A request whose answer has not come: a key with its new value, null to delete it; or a lease granted or revoked. */
    record Attempt(@Nullable String key, @Nullable String value, long lease) {}

    /** Writes until a request fails, which it must by the end of the server. */
    void run(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            while (true) {
                write(
                        KVGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS),
                        LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS));
                acknowledged.incrementAndGet();
            }
        } catch (StatusRuntimeException e) {
            // The server was killed; what that means for the request is judged later. Anything else is a fault.
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                throw e;
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** The highest revision it was told. */
    long highest() {
        return highest;
    }

    /** How many requests were answered. */
    long acknowledged() {
        return acknowledged.get();
    }

    String prefix() {
        return "writer-" + number + "/";
    }

    /** Every key that was ever answered, with what it holds. */
    Map<String, Acknowledged> keys() {
        return keys;
    }

    /**
     * Says what is wrong with what was found, or null; and takes it for what is true from now on.
     *
     * @param values all keys under the prefix
     * @param revisions the revisions of these
     * @param found all leases there are
     */
    @Nullable String judge(Map<String, String> values, Map<String, Long> revisions, Set<Long> found) {
        Attempt maybe = open;
        open = null;
        for (String key : values.keySet()) {
            if (!keys.containsKey(key) && (maybe == null || !key.equals(maybe.key))) {
                return key + " was invented";
            }
        }
        Set<String> all = new HashSet<>(keys.keySet());
        if (maybe != null && maybe.key != null) {
            all.add(maybe.key);
        }
        for (String key : all) {
            String value = values.get(key);
            Acknowledged known = keys.getOrDefault(key, new Acknowledged(null, 0));
            boolean asKnown = Objects.equals(value, known.value);
            boolean asAttempted = maybe != null && key.equals(maybe.key) && Objects.equals(value, maybe.value);
            if (!asKnown && !asAttempted) {
                return key + " holds " + value + " where " + known + " was acknowledged and " + maybe + " on its way";
            }
            keys.put(key, new Acknowledged(value, revisions.getOrDefault(key, 0L)));
        }
        return judgeLeases(maybe, found);
    }

    private @Nullable String judgeLeases(@Nullable Attempt maybe, Set<Long> found) {
        long open = maybe == null ? 0 : maybe.lease;
        for (long lease : leases) {
            if (lease != open && !found.contains(lease)) {
                return "lease " + lease + " is lost";
            }
        }
        for (long lease : found) {
            if (lease % 100 == number && lease != open && !leases.contains(lease)) {
                return "lease " + lease + " was invented or came back";
            }
        }
        if (open != 0) {
            leases.remove(open);
            if (found.contains(open)) {
                leases.add(open);
            }
        }
        return null;
    }

    private void write(KVGrpc.KVBlockingStub kv, LeaseGrpc.LeaseBlockingStub lease) {
        String key = prefix() + random.nextInt(KEYS);
        String value = number + "-" + ++token + "-" + "x".repeat(random.nextInt(1000));
        switch (random.nextInt(20)) {
            case 0 -> grant(lease);
            case 1 -> revoke(lease);
            case 2 -> delete(kv, key);
            case 3, 4, 5 -> txn(kv, key, value);
            case 6 -> compact(kv);
            default -> put(kv, key, value);
        }
    }

    private void put(KVGrpc.KVBlockingStub kv, String key, String value) {
        open = new Attempt(key, value, 0);
        done(kv.put(put(key, value)).getHeader().getRevision());
    }

    private void delete(KVGrpc.KVBlockingStub kv, String key) {
        open = new Attempt(key, null, 0);
        done(kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build())
                .getHeader()
                .getRevision());
    }

    /** Puts only if the key is as this writer knows it, which it must be. */
    private void txn(KVGrpc.KVBlockingStub kv, String key, String value) {
        Acknowledged known = keys.get(key);
        long revision = known == null || known.value == null ? 0 : known.revision;
        open = new Attempt(key, value, 0);
        var answer = kv.txn(TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(bytes(key))
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setModRevision(revision))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key, value)))
                .build());
        if (!answer.getSucceeded()) {
            throw new IllegalStateException(key + " is not at revision " + revision);
        }
        done(answer.getHeader().getRevision());
    }

    private void grant(LeaseGrpc.LeaseBlockingStub stub) {
        long id = ++token * 100 + number;
        open = new Attempt(null, null, id);
        stub.leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(TTL).build());
        leases.add(id);
        open = null;
    }

    private void revoke(LeaseGrpc.LeaseBlockingStub stub) {
        if (leases.isEmpty()) {
            return;
        }
        long id = leases.iterator().next();
        open = new Attempt(null, null, id);
        stub.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
        leases.remove(id);
        open = null;
    }

    /** Far enough behind that no watcher is overtaken; others may have compacted further. */
    private void compact(KVGrpc.KVBlockingStub kv) {
        try {
            var unused = kv.compact(CompactionRequest.newBuilder()
                    .setRevision(Math.max(1, highest - 5000))
                    .build());
        } catch (StatusRuntimeException e) {
            if (!String.valueOf(e.getMessage()).contains("compacted")) {
                throw e;
            }
        }
    }

    private void done(long revision) {
        Attempt attempt = Objects.requireNonNull(open);
        if (attempt.key != null) {
            keys.put(attempt.key, new Acknowledged(attempt.value, revision));
        }
        highest = Math.max(highest, revision);
        open = null;
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
