package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lease that was suspect, where keys of its registrations may not be read. */
@Timeout(120)
class UnreadableKeyTest {

    private static final String PASSWORD = "canary-right";
    private static final ByteString USERS = ByteString.copyFromUtf8("services/user/");
    private static final ByteString USERS_END = ByteString.copyFromUtf8("services/user0");
    private static final Instance USER = Instance.of("user", "10.0.0.7:8080");
    private static final Instance FORBIDDEN = Instance.of("forbidden", "10.0.0.7:8080");
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TestEtcd etcd = EtcdSpec.embedded().start();
    private final ManagedChannel channel = Grpc.newChannelBuilder(
                    etcd.endpoints().get(0).replace("http://", ""), InsecureChannelCredentials.create())
            .build();
    private final AuthGrpc.AuthBlockingStub root = protect();
    private final EtcdClient client = EtcdClient.builder(etcd.endpoints().get(0))
            .credentials(Credentials.of("app", PASSWORD))
            .connect();
    private final Registrar registrar = Registrar.over(client, Keyspace.standard(), RegistrarSettings.defaults());

    @AfterEach
    void closeAll() {
        registrar.close();
        client.close();
        channel.shutdownNow();
        etcd.close();
    }

    @Test
    void aKeyThatMayNotBeReadHidesTheTermOfNoOther() {
        Registration refused = registrar.register(FORBIDDEN);
        Registration me = registrar.register(USER).awaitRegistered(SOON);

        suspend(me);

        await().atMost(SOON).until(me::state, RegistrationState.REGISTERED::equals);
        assertThat(refused.state()).isEqualTo(RegistrationState.REGISTERING);
    }

    @Test
    void whoMayReadNothingSaysThatTheRenewalIsNotConfirmed() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);
        allow(root, Permission.Type.WRITE);

        suspend(me);

        await().atMost(SOON)
                .until(
                        me::reason,
                        reason -> reason.startsWith("the lease was renewed again; the store has not confirmed it yet"));
        assertThat(me.state()).isEqualTo(RegistrationState.SUSPECT);

        allow(root, Permission.Type.READWRITE);
        await().atMost(SOON).until(me::state, RegistrationState.REGISTERED::equals);
    }

    private void suspend(Registration me) {
        etcd.pause();
        await().atMost(SOON).until(me::state, RegistrationState.SUSPECT::equals);
        assertThat(me.reason()).startsWith("the lease was not renewed in time");
        etcd.resume();
    }

    /** Makes root, and a user who may read and write the keys of one service. */
    private AuthGrpc.AuthBlockingStub protect() {
        AuthGrpc.AuthBlockingStub calls = AuthGrpc.newBlockingStub(channel);
        for (String name : List.of("root", "app")) {
            var unusedUser = calls.userAdd(AuthUserAddRequest.newBuilder()
                    .setName(name)
                    .setPassword(PASSWORD)
                    .build());
            var unusedRole =
                    calls.roleAdd(AuthRoleAddRequest.newBuilder().setName(name).build());
            var unusedGrant = calls.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                    .setUser(name)
                    .setRole(name)
                    .build());
        }
        allow(calls, Permission.Type.READWRITE);
        var unused = calls.authEnable(AuthEnableRequest.getDefaultInstance());
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER),
                calls.authenticate(AuthenticateRequest.newBuilder()
                                .setName("root")
                                .setPassword(PASSWORD)
                                .build())
                        .getToken());
        return calls.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static void allow(AuthGrpc.AuthBlockingStub calls, Permission.Type what) {
        var unused = calls.roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                .setName("app")
                .setPerm(Permission.newBuilder().setPermType(what).setKey(USERS).setRangeEnd(USERS_END))
                .build());
    }
}
