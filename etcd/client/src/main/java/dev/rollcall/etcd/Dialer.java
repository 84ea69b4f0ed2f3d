package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, and proves each by asking the member for its status.
 *
 * <p>The question shows why a connection fails (gRPC tells that only to a call), bounds a handshake that hangs, and brings the version.
 * A member that refuses the question, for want of permission or because it does not know it, is there all the same.
 */
final class Dialer {

    private final Transport transport;
    private final Loop loop;

    Dialer(Transport transport, Loop loop) {
        this.transport = transport;
        this.loop = loop;
    }

    /** Connects; the answer comes on the loop: null for success, or why not. */
    Connection dial(Endpoint endpoint, Lane lane, Consumer<@Nullable EtcdException> answer) {
        ManagedChannel channel = transport.channel(endpoint);
        Connection connection = new Connection(endpoint, lane, channel, loop.now());
        CallOptions options = CallOptions.DEFAULT.withDeadline(loop.deadline(Reachability.PATIENCE_NANOS));
        OneAnswer.ask(
                channel.newCall(MaintenanceGrpc.getStatusMethod(), options),
                StatusRequest.getDefaultInstance(),
                new Metadata(),
                (status, response) -> {
                    if (response != null) {
                        connection.told(
                                ServerVersion.parse(response.getVersion()),
                                response.getHeader().getClusterId(),
                                response.getRaftIndex(),
                                loop.now());
                    }
                    answer.accept(verdict(endpoint, status, response));
                });
        return connection;
    }

    private static @Nullable EtcdException verdict(
            Endpoint endpoint, Status status, @Nullable StatusResponse response) {
        if (response != null) {
            return ServerVersion.parse(response.getVersion()).isSupported()
                    ? null
                    : new EtcdException(
                            EtcdError.UNSUPPORTED_SERVER,
                            endpoint + " runs etcd " + response.getVersion() + "; this client needs 3.4 or later");
        }
        Errors.Failure failure = Errors.classify(status);
        return switch (failure.code()) {
            case UNAVAILABLE, TIMEOUT, TLS, INTERNAL, CLOSED -> Errors.connecting(endpoint, failure);
            default -> null;
        };
    }
}
