package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
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
    private final CredentialFiles files;

    /** Files are read on {@code offload}. */
    Dialer(Transport transport, Loop loop, Executor offload) {
        this.transport = transport;
        this.loop = loop;
        this.files = new CredentialFiles(transport, loop, offload);
    }

    /** Connects; the answer comes on the loop, within {@link Reachability#PATIENCE_NANOS}: null for success, or why not. */
    Connection dial(Endpoint endpoint, Lane lane, Consumer<@Nullable EtcdException> answer) {
        Connection connection = new Connection(endpoint, lane, loop.now());
        if (endpoint.secure()) {
            files.read(connection, (credentials, failure) -> {
                if (credentials != null) {
                    ask(connection, credentials, answer);
                } else {
                    answer.accept(failure);
                }
            });
        } else {
            ask(connection, InsecureChannelCredentials.create(), answer);
        }
        return connection;
    }

    private void ask(Connection connection, ChannelCredentials credentials, Consumer<@Nullable EtcdException> answer) {
        Endpoint endpoint = connection.endpoint();
        try {
            connection.connect(transport.channel(endpoint, credentials));
        } catch (RuntimeException e) {
            String what = "no connection to " + endpoint + " can be made: " + e.getMessage();
            answer.accept(new EtcdException(EtcdError.INTERNAL, what, e));
            return;
        }
        long left = Reachability.PATIENCE_NANOS - (loop.now() - connection.dialledAt());
        CallOptions options = CallOptions.DEFAULT.withDeadline(loop.deadline(left));
        OneAnswer.ask(
                connection.channel().newCall(MaintenanceGrpc.getStatusMethod(), options),
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
