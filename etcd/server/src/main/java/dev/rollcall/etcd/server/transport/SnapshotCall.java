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
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the database as a file, in blobs, and its checksum behind. It is all of one revision, and laid out and sent on threads of its
 * own, as fast as the client takes it. Where those have too much to do it is refused: it never runs on the loop or on an I/O thread.
 */
final class SnapshotCall {
    private static final int BLOB = 32 * 1024;

    private final Loop loop;
    private final Executor threads;
    private final Supplier<Member> member;
    private final ServerCallStreamObserver<SnapshotResponse> client;
    private final MessageDigest checksum;
    private byte[] part = new byte[0];
    private int taken;
    private long remaining;
    private @Nullable BoltFile file;
    private boolean ended;
    private boolean pumping;

    SnapshotCall(
            Loop loop, Executor threads, Supplier<Member> member, ServerCallStreamObserver<SnapshotResponse> client) {
        this.loop = loop;
        this.threads = threads;
        this.member = member;
        this.client = client;
        try {
            checksum = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
        client.setOnCancelHandler(() -> {});
        client.setOnReadyHandler(this::pumpBeside);
    }

    void start() {
        if (!loop.offer(guarded(this::take))) {
            fail(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    private void take() {
        MachineImage image = loop.machine().image();
        runBeside(() -> layOut(image));
    }

    /** Queues one look at the client, and no second one while it waits. */
    private void pumpBeside() {
        synchronized (this) {
            if (pumping || file == null) {
                return;
            }
            pumping = true;
        }
        runBeside(this::pump);
    }

    private void runBeside(Runnable step) {
        try {
            threads.execute(guarded(step));
        } catch (RejectedExecutionException e) {
            fail(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
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
        pumping = false;
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
