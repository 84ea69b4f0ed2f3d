package dev.rollcall.conformance.client;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthDisableRequest;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.AuthRoleRevokePermissionRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserChangePasswordRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/** Who makes users and takes rights away while others use the store; by plain stubs. A new token is got for every call. */
final class Administrator implements AutoCloseable {

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final String password;
    private boolean enabled;

    private Administrator(TestEtcd etcd, String password, boolean enabled) {
        this.password = password;
        this.enabled = enabled;
        String target = etcd.endpoints().get(0).replace("http://", "");
        this.channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                .build();
    }

    /** Of a store that wants users. */
    static Administrator root(TestEtcd etcd, String password) {
        return new Administrator(etcd, password, true);
    }

    /** Of a store that does not know users yet: makes root, and leaves authentication switched off. */
    static Administrator first(TestEtcd etcd, String password) {
        Administrator made = new Administrator(etcd, password, false);
        made.addUser("root", password);
        return made;
    }

    private AuthGrpc.AuthBlockingStub calls() {
        AuthGrpc.AuthBlockingStub open = AuthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
        if (!enabled) {
            return open;
        }
        Metadata headers = new Metadata();
        AuthenticateRequest login = AuthenticateRequest.newBuilder()
                .setName("root")
                .setPassword(password)
                .build();
        headers.put(TOKEN, open.authenticate(login).getToken());
        return open.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    void enable() {
        var unused = calls().authEnable(AuthEnableRequest.getDefaultInstance());
        enabled = true;
    }

    void disable() {
        var unused = calls().authDisable(AuthDisableRequest.getDefaultInstance());
        enabled = false;
    }

    /** Adds a user with a role of the same name, which may nothing yet. */
    void addUser(String name, String itsPassword) {
        var unusedUser = calls().userAdd(AuthUserAddRequest.newBuilder()
                .setName(name)
                .setPassword(itsPassword)
                .build());
        addRole(name);
        var unusedGrant = calls().userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser(name)
                .setRole(name)
                .build());
    }

    void addRole(String name) {
        var unused =
                calls().roleAdd(AuthRoleAddRequest.newBuilder().setName(name).build());
    }

    void password(String user, String next) {
        var unused = calls().userChangePassword(AuthUserChangePasswordRequest.newBuilder()
                .setName(user)
                .setPassword(next)
                .build());
    }

    /** Lets a role read and write what begins with {@code prefix}, which ends with a slash. */
    void grant(String role, String prefix) {
        var unused = calls().roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                .setName(role)
                .setPerm(Permission.newBuilder()
                        .setPermType(Permission.Type.READWRITE)
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(end(prefix)))
                .build());
    }

    void revoke(String role, String prefix) {
        var unused = calls().roleRevokePermission(AuthRoleRevokePermissionRequest.newBuilder()
                .setRole(role)
                .setKey(ByteString.copyFromUtf8(prefix))
                .setRangeEnd(end(prefix))
                .build());
    }

    private static ByteString end(String prefix) {
        return ByteString.copyFromUtf8(prefix.replaceFirst("/$", "0"));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
