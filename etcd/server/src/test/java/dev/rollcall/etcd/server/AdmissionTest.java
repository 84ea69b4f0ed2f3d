package dev.rollcall.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmRequest.AlarmAction;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.PutRequest;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may not give a command costs the store nothing: rights come first, then the quota, then the log. */
class AdmissionTest {
    private static final String NOBODY = "INVALID_ARGUMENT: etcdserver: user name is empty";
    private static final String LARGE = "x".repeat(600_000);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHasNoRightsRaisesNoAlarm(boolean onDisk) {
        EmbeddedEtcdBuilder builder = EmbeddedEtcd.builder().quotaBytes(500_000);
        if (onDisk) {
            builder.dataDirectory(directory);
        }
        try (EmbeddedEtcd etcd = builder.start();
                RawClient client = new RawClient(etcd)) {
            String root = protect(client);
            assertThatThrownBy(() -> client.put("a", LARGE)).hasMessage(NOBODY);
            assertThat(as(root, client.maintenance())
                            .alarm(AlarmRequest.getDefaultInstance())
                            .getAlarmsList())
                    .isEmpty();
        }
    }

    @Test
    void whoHasNoRightsPutsNothingOnDisk() throws IOException {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().dataDirectory(directory).start();
                RawClient client = new RawClient(etcd)) {
            client.put("first-key", "1");
            String root = protect(client);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> client.put("refused-key", "1")).hasMessage(NOBODY);
            }
            var unused = as(root, client.kv())
                    .put(PutRequest.newBuilder()
                            .setKey(RawClient.bytes("last-key"))
                            .build());
        }
        assertThat(onDisk()).contains("first-key", "last-key").doesNotContain("refused-key");
    }

    /** While the data is corrupt no lease is ended, so that one whose time is up can be found by a renewal. */
    @Test
    void aLeaseWhoseTimeIsUpIsToldToWhoMayRenewItOnly() {
        AtomicLong clock = new AtomicLong();
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder()
                        .dataDirectory(directory)
                        .clock(clock::get)
                        .start();
                RawClient client = new RawClient(etcd)) {
            String root = protect(client);
            var unused = as(root, client.lease())
                    .leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(7).setTTL(10).build());
            var unusedAlarm = as(root, client.maintenance())
                    .alarm(AlarmRequest.newBuilder()
                            .setAction(AlarmAction.ACTIVATE)
                            .setAlarm(AlarmType.CORRUPT)
                            .build());
            clock.addAndGet(20_000_000_000L);
            assertThat(renewals(client.leaseStreams()).status().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(renewals(as(login(client), client.leaseStreams())).next().getTTL())
                    .isZero();
        }
    }

    private static Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals(LeaseGrpc.LeaseStub stub) {
        Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream = Recorded.open(stub::leaseKeepAlive);
        return stream.send(LeaseKeepAliveRequest.newBuilder().setID(7).build());
    }

    private String onDisk() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    /** Makes root, switches authentication on, and gives root's token. */
    private static String protect(RawClient client) {
        var unusedUser = client.auth()
                .userAdd(AuthUserAddRequest.newBuilder()
                        .setName("root")
                        .setPassword("canary-admission")
                        .build());
        var unusedRole = client.auth()
                .userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                        .setUser("root")
                        .setRole("root")
                        .build());
        var unused = client.auth().authEnable(AuthEnableRequest.getDefaultInstance());
        return login(client);
    }

    private static String login(RawClient client) {
        return client.auth()
                .authenticate(AuthenticateRequest.newBuilder()
                        .setName("root")
                        .setPassword("canary-admission")
                        .build())
                .getToken();
    }

    private static <S extends AbstractStub<S>> S as(String token, S stub) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
