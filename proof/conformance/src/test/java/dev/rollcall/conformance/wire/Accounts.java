package dev.rollcall.conformance.wire;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthDisableRequest;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthRoleDeleteRequest;
import dev.rollcall.etcd.proto.AuthRoleGetRequest;
import dev.rollcall.etcd.proto.AuthRoleGetResponse;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.AuthRoleListRequest;
import dev.rollcall.etcd.proto.AuthRoleRevokePermissionRequest;
import dev.rollcall.etcd.proto.AuthStatusRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserChangePasswordRequest;
import dev.rollcall.etcd.proto.AuthUserDeleteRequest;
import dev.rollcall.etcd.proto.AuthUserGetRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthUserListRequest;
import dev.rollcall.etcd.proto.AuthUserRevokeRoleRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.proto.UserAddOptions;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.List;

/** Short words for users and roles, in the name of whoever the stub names. */
record Accounts(AuthGrpc.AuthBlockingStub calls) {

    static final String PASSWORD = "canary-wire";

    /** The stub with a token in the header of this name. */
    static <S extends AbstractStub<S>> S with(S stub, String header, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** The stub with a token where etcd's clients put it. */
    static <S extends AbstractStub<S>> S as(String token, S stub) {
        return with(stub, "token", token);
    }

    Accounts as(String token) {
        return new Accounts(as(token, calls));
    }

    /** Makes root, and switches authentication on. */
    void enableWithRoot() {
        addUser("root");
        grantRole("root", "root");
        enable();
    }

    void enable() {
        var unused = calls.authEnable(AuthEnableRequest.getDefaultInstance());
    }

    void disable() {
        var unused = calls.authDisable(AuthDisableRequest.getDefaultInstance());
    }

    long revision() {
        return calls.authStatus(AuthStatusRequest.getDefaultInstance()).getAuthRevision();
    }

    String login(String user) {
        return login(user, PASSWORD);
    }

    String login(String user, String password) {
        return calls.authenticate(AuthenticateRequest.newBuilder()
                        .setName(user)
                        .setPassword(password)
                        .build())
                .getToken();
    }

    void addUser(String user) {
        addUser(user, PASSWORD);
    }

    void addUser(String user, String password) {
        var unused = calls.userAdd(AuthUserAddRequest.newBuilder()
                .setName(user)
                .setPassword(password)
                .build());
    }

    void addUserWithoutPassword(String user) {
        var unused = calls.userAdd(AuthUserAddRequest.newBuilder()
                .setName(user)
                .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                .build());
    }

    /** A user with a role of the same name. */
    void addUserWithRole(String user) {
        addUser(user);
        addRole(user);
        grantRole(user, user);
    }

    void changePassword(String user, String password) {
        var unused = calls.userChangePassword(AuthUserChangePasswordRequest.newBuilder()
                .setName(user)
                .setPassword(password)
                .build());
    }

    List<String> users() {
        return calls.userList(AuthUserListRequest.getDefaultInstance()).getUsersList();
    }

    List<String> rolesOf(String user) {
        return calls.userGet(AuthUserGetRequest.newBuilder().setName(user).build())
                .getRolesList();
    }

    void deleteUser(String user) {
        var unused = calls.userDelete(
                AuthUserDeleteRequest.newBuilder().setName(user).build());
    }

    void grantRole(String user, String role) {
        var unused = calls.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser(user)
                .setRole(role)
                .build());
    }

    void revokeRole(String user, String role) {
        var unused = calls.userRevokeRole(AuthUserRevokeRoleRequest.newBuilder()
                .setName(user)
                .setRole(role)
                .build());
    }

    void addRole(String role) {
        var unused = calls.roleAdd(AuthRoleAddRequest.newBuilder().setName(role).build());
    }

    void deleteRole(String role) {
        var unused = calls.roleDelete(
                AuthRoleDeleteRequest.newBuilder().setRole(role).build());
    }

    List<String> roles() {
        return calls.roleList(AuthRoleListRequest.getDefaultInstance()).getRolesList();
    }

    AuthRoleGetResponse role(String role) {
        return calls.roleGet(AuthRoleGetRequest.newBuilder().setRole(role).build());
    }

    void grant(String role, Permission.Type kind, String key, String end) {
        grant(role, permission(kind, key, end));
    }

    void grant(String role, Permission permission) {
        var unused = calls.roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                .setName(role)
                .setPerm(permission)
                .build());
    }

    void revoke(String role, String key, String end) {
        var unused = calls.roleRevokePermission(AuthRoleRevokePermissionRequest.newBuilder()
                .setRole(role)
                .setKey(Wire.bytes(key))
                .setRangeEnd(Wire.bytes(end))
                .build());
    }

    static Permission permission(Permission.Type kind, String key, String end) {
        return Permission.newBuilder()
                .setPermType(kind)
                .setKey(Wire.bytes(key))
                .setRangeEnd(ByteString.copyFromUtf8(end))
                .build();
    }
}
