package dev.rollcall.etcd.server.transport;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.SnapshotResponse;
import dev.rollcall.etcd.server.machine.MachineImage;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.stub.ServerCallStreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the database as a file, in blobs, and its checksum behind. It is all of one revision, and laid out and sent beside the loop, as
 * fast as the client takes it.
 */
final class SnapshotCall {
    private static final int BLOB = 32 * 1024;

    private final Loop loop;
    private final Executor readers;
    private final Supplier<Member> member;
    private final ServerCallStreamObserver<SnapshotResponse> client;
    private final MessageDigest checksum;
    private byte[] part = new byte[0];
    private int taken;
    private long remaining;
    private @Nullable BoltFile file;
    private boolean ended;

    SnapshotCall(
            Loop loop, Executor readers, Supplier<Member> member, ServerCallStreamObserver<SnapshotResponse> client) {
        this.loop = loop;
        this.readers = readers;
        this.member = member;
        this.client = client;
        try {
            checksum = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
        client.setOnCancelHandler(() -> {});
        client.setOnReadyHandler(() -> readers.execute(guarded(this::pump)));
    }

    void start() {
        if (!loop.offer(guarded(this::take))) {
            fail(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    private void take() {
        MachineImage image = loop.machine().image();
        readers.execute(guarded(() -> layOut(image)));
    }

    /** Whatever goes wrong, the client is told. */
    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                fail(e);
            }
        };
    }

    private synchronized void fail(Throwable why) {
        if (!ended) {
            ended = true;
            file = null;
            client.onError(Calls.status(why).asRuntimeException());
        }
    }

    private void layOut(MachineImage image) {
        List<KeyValue> versions = loop.machine().store().versions(image.revision(), image.compacted());
        if (versions == null) {
            start();
            return;
        }
        synchronized (this) {
            file = new Database(image, member.get()).file(versions);
            remaining = file.size();
        }
        pump();
    }

    private synchronized void pump() {
        BoltFile open = file;
        while (open != null && client.isReady() && !client.isCancelled()) {
            if (remaining == 0) {
                file = null;
                ended = true;
                client.onNext(SnapshotResponse.newBuilder()
                        .setBlob(ByteString.copyFrom(checksum.digest()))
                        .build());
                client.onCompleted();
                return;
            }
            byte[] blob = blob(open);
            remaining -= blob.length;
            checksum.update(blob);
            client.onNext(SnapshotResponse.newBuilder()
                    .setRemainingBytes(remaining)
                    .setBlob(ByteString.copyFrom(blob))
                    .build());
        }
    }

    private byte[] blob(BoltFile open) {
        byte[] blob = new byte[(int) Math.min(BLOB, remaining)];
        int filled = 0;
        while (filled < blob.length) {
            if (taken == part.length) {
                part = open.next();
                taken = 0;
            }
            int length = Math.min(blob.length - filled, part.length - taken);
            System.arraycopy(part, taken, blob, filled, length);
            filled += length;
            taken += length;
        }
        return Arrays.copyOf(blob, filled);
    }
}
