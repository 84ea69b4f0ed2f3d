package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The first read that a server answers after its start. */
final class FirstAnswer {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Duration BETWEEN = Duration.ofMillis(1);

    private FirstAnswer() {}

    /** Waits for it. */
    static void await(Server server) throws InterruptedException {
        long start = Time.nanos();
        while (Time.nanos() - start < BOUND_NANOS) {
            server.requireAlive();
            if (listens(server.port()) && answers(server.port())) {
                return;
            }
            Time.pass(BETWEEN);
        }
        throw new IllegalStateException("no answer within a minute");
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(int port) {
        try (Connections connections = Connections.open(port, 1)) {
            RangeResponse answer = KVGrpc.newBlockingStub(connections.of(0))
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .range(RangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("first"))
                            .build());
            return answer.getCount() == 0;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }
}
