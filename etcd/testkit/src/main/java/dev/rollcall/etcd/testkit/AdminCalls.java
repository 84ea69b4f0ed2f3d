package dev.rollcall.etcd.testkit;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseStatus;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.SnapshotRequest;
import dev.rollcall.etcd.proto.SnapshotResponse;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the testkit itself asks of an etcd, by plain stubs.
 *
 * <p>Each call has a connection of its own, so that nothing outlives it and no reconnect delay follows a restart. The first
 * endpoint that answers serves it.
 */
final class AdminCalls {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration PROBE_DEADLINE = Duration.ofSeconds(1);
    private static final ByteString EVERYTHING = ByteString.copyFrom(new byte[1]);
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final List<String> endpoints;
    private final @Nullable TestCertificates certificates;
    private final @Nullable String rootPassword;

    AdminCalls(List<String> endpoints, @Nullable TestCertificates certificates, @Nullable String rootPassword) {
        this.endpoints = List.copyOf(endpoints);
        this.certificates = certificates;
        this.rootPassword = rootPassword;
    }

    /** Whether a linearizable read is answered now; a refusal for want of a user is an answer too. */
    boolean answers() {
        try {
            onEach(
                    PROBE_DEADLINE,
                    false,
                    c -> KVGrpc.newBlockingStub(c)
                            .range(RangeRequest.newBuilder()
                                    .setKey(EVERYTHING)
                                    .setCountOnly(true)
                                    .build()));
            return true;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
                    || e.getStatus().getCode() == Status.Code.PERMISSION_DENIED;
        }
    }

    StatusResponse status(Duration deadline) {
        return onEach(
                deadline, false, c -> MaintenanceGrpc.newBlockingStub(c).status(StatusRequest.getDefaultInstance()));
    }

    long compact() {
        return call(c -> {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(c);
            long revision = kv.range(RangeRequest.newBuilder()
                            .setKey(EVERYTHING)
                            .setCountOnly(true)
                            .build())
                    .getHeader()
                    .getRevision();
            try {
                kv.compact(CompactionRequest.newBuilder()
                        .setRevision(revision)
                        .setPhysical(true)
                        .build());
            } catch (StatusRuntimeException e) {
                // Compacted up to there before: as asked.
                if (e.getStatus().getCode() != Status.Code.OUT_OF_RANGE) {
                    throw e;
                }
            }
            return revision;
        });
    }

    /** Writes what the first endpoint that answers sends as its snapshot: the database and its checksum. */
    void saveSnapshot(Path file) {
        call(c -> {
            Iterator<SnapshotResponse> parts =
                    MaintenanceGrpc.newBlockingStub(c).snapshot(SnapshotRequest.getDefaultInstance());
            try (OutputStream out = Files.newOutputStream(file)) {
                while (parts.hasNext()) {
                    parts.next().getBlob().writeTo(out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the snapshot cannot be written to " + file, e);
            }
            return file;
        });
    }

    Set<Long> leases() {
        return call(c ->
                LeaseGrpc.newBlockingStub(c)
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                        .getLeasesList()
                        .stream()
                        .map(LeaseStatus::getID)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Revokes every lease and deletes every key. */
    void clear() {
        Set<Long> leases = leases();
        call(c -> {
            leases.forEach(lease -> revoke(c, lease));
            return KVGrpc.newBlockingStub(c)
                    .deleteRange(DeleteRangeRequest.newBuilder()
                            .setKey(EVERYTHING)
                            .setRangeEnd(EVERYTHING)
                            .build());
        });
    }

    /** Revokes a lease, and tells whether there was one. */
    boolean revoke(long lease) {
        return call(c -> revoke(c, lease));
    }

    private static boolean revoke(Channel channel, long lease) {
        try {
            LeaseGrpc.newBlockingStub(channel)
                    .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    /** Turns authentication on with the user root, if the specification wants it. */
    void protect() {
        if (rootPassword == null) {
            return;
        }
        String password = rootPassword;
        onEach(DEADLINE, false, c -> {
            AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(c);
            auth.userAdd(AuthUserAddRequest.newBuilder()
                    .setName("root")
                    .setPassword(password)
                    .build());
            auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
            auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                    .setUser("root")
                    .setRole("root")
                    .build());
            return auth.authEnable(AuthEnableRequest.getDefaultInstance());
        });
    }

    private <T> T call(Function<Channel, T> call) {
        return onEach(DEADLINE, rootPassword != null, call);
    }

    private <T> T onEach(Duration deadline, boolean asRoot, Function<Channel, T> call) {
        StatusRuntimeException last =
                Status.UNAVAILABLE.withDescription("no endpoints").asRuntimeException();
        for (String endpoint : endpoints) {
            try {
                return on(endpoint, deadline, asRoot, call);
            } catch (StatusRuntimeException e) {
                last = e;
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
            }
        }
        throw last;
    }

    private <T> T on(String endpoint, Duration deadline, boolean asRoot, Function<Channel, T> call) {
        String target = URI.create(endpoint).getAuthority();
        ManagedChannel channel = Grpc.newChannelBuilder(target, credentials()).build();
        try {
            Channel timed = ClientInterceptors.intercept(channel, deadlineOf(deadline));
            return call.apply(asRoot ? ClientInterceptors.intercept(timed, tokenOf(timed)) : timed);
        } finally {
            channel.shutdownNow();
        }
    }

    private ChannelCredentials credentials() {
        if (certificates == null) {
            return InsecureChannelCredentials.create();
        }
        TestCertificates.Identity root = certificates.client("root");
        try {
            return TlsChannelCredentials.newBuilder()
                    .trustManager(certificates.authority().toFile())
                    .keyManager(root.certificate().toFile(), root.key().toFile())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("the test certificates cannot be read", e);
        }
    }

    private ClientInterceptor tokenOf(Channel channel) {
        String token = AuthGrpc.newBlockingStub(channel)
                .authenticate(AuthenticateRequest.newBuilder()
                        .setName("root")
                        .setPassword(rootPassword == null ? "" : rootPassword)
                        .build())
                .getToken();
        Metadata headers = new Metadata();
        headers.put(TOKEN, token);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private static ClientInterceptor deadlineOf(Duration deadline) {
        return new ClientInterceptor() {
            @Override
            public <Q, A> io.grpc.ClientCall<Q, A> interceptCall(
                    io.grpc.MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return next.newCall(method, options.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
            }
        };
    }
}
