package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AuthDisableRequest;
import dev.rollcall.etcd.proto.AuthDisableResponse;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthEnableResponse;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthRoleAddResponse;
import dev.rollcall.etcd.proto.AuthRoleDeleteRequest;
import dev.rollcall.etcd.proto.AuthRoleDeleteResponse;
import dev.rollcall.etcd.proto.AuthRoleGetRequest;
import dev.rollcall.etcd.proto.AuthRoleGetResponse;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionResponse;
import dev.rollcall.etcd.proto.AuthRoleListRequest;
import dev.rollcall.etcd.proto.AuthRoleListResponse;
import dev.rollcall.etcd.proto.AuthRoleRevokePermissionRequest;
import dev.rollcall.etcd.proto.AuthRoleRevokePermissionResponse;
import dev.rollcall.etcd.proto.AuthStatusRequest;
import dev.rollcall.etcd.proto.AuthStatusResponse;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserAddResponse;
import dev.rollcall.etcd.proto.AuthUserChangePasswordRequest;
import dev.rollcall.etcd.proto.AuthUserChangePasswordResponse;
import dev.rollcall.etcd.proto.AuthUserDeleteRequest;
import dev.rollcall.etcd.proto.AuthUserDeleteResponse;
import dev.rollcall.etcd.proto.AuthUserGetRequest;
import dev.rollcall.etcd.proto.AuthUserGetResponse;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleResponse;
import dev.rollcall.etcd.proto.AuthUserListRequest;
import dev.rollcall.etcd.proto.AuthUserListResponse;
import dev.rollcall.etcd.proto.AuthUserRevokeRoleRequest;
import dev.rollcall.etcd.proto.AuthUserRevokeRoleResponse;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.auth.PasswordHash;
import dev.rollcall.etcd.server.auth.Role;
import dev.rollcall.etcd.server.auth.User;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Users, roles, rights and logins. Passwords are hashed on threads of their own, for that takes long on purpose. */
final class AuthService extends AuthGrpc.AuthImplBase {
    /** etcd's way to hash takes no more bytes, so a password that is longer could not move on to a real etcd. */
    private static final int MAX_PASSWORD_BYTES = 72;

    private final Calls calls;
    private final Callers callers;
    private final Headers headers;
    private final Machine machine;
    private final Executor hashing;
    private final long tokenNanos;
    private final Secrets secrets = new Secrets();

    AuthService(Calls calls, Callers callers, Headers headers, Machine machine, Executor hashing, long tokenNanos) {
        this.calls = calls;
        this.callers = callers;
        this.headers = headers;
        this.machine = machine;
        this.hashing = hashing;
        this.tokenNanos = tokenNanos;
    }

    @Override
    public void authEnable(AuthEnableRequest request, StreamObserver<AuthEnableResponse> observer) {
        change(
                observer,
                new AuthChange.Enable(),
                header -> AuthEnableResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void authDisable(AuthDisableRequest request, StreamObserver<AuthDisableResponse> observer) {
        change(
                observer,
                new AuthChange.Disable(),
                header -> AuthDisableResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void authStatus(AuthStatusRequest request, StreamObserver<AuthStatusResponse> observer) {
        look(
                observer,
                AuthState::requireRoot,
                (auth, header) -> AuthStatusResponse.newBuilder()
                        .setHeader(header)
                        .setEnabled(auth.enabled())
                        .setAuthRevision(auth.revision())
                        .build());
    }

    @Override
    public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
        calls.applyMadeOn(
                hashing,
                observer,
                () -> login(request.getName(), request.getPassword()),
                outcome -> AuthenticateResponse.newBuilder()
                        .setHeader(headers.at(outcome.revision()))
                        .setToken(((Outcome.Token) outcome).token())
                        .build());
    }

    @Override
    public void userAdd(AuthUserAddRequest request, StreamObserver<AuthUserAddResponse> observer) {
        String name = request.getName();
        boolean without = request.getOptions().getNoPassword();
        changeHashed(
                observer,
                () -> new AuthChange.AddUser(name, without ? null : hash(request.getPassword())),
                header -> AuthUserAddResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void userGet(AuthUserGetRequest request, StreamObserver<AuthUserGetResponse> observer) {
        String name = request.getName();
        look(
                observer,
                (auth, actor) -> auth.requireSelf(actor, name),
                (auth, header) -> AuthUserGetResponse.newBuilder()
                        .setHeader(header)
                        .addAllRoles(auth.user(name).roles())
                        .build());
    }

    @Override
    public void userList(AuthUserListRequest request, StreamObserver<AuthUserListResponse> observer) {
        look(
                observer,
                AuthState::requireRoot,
                (auth, header) -> AuthUserListResponse.newBuilder()
                        .setHeader(header)
                        .addAllUsers(auth.users().stream().map(User::name).toList())
                        .build());
    }

    @Override
    public void userDelete(AuthUserDeleteRequest request, StreamObserver<AuthUserDeleteResponse> observer) {
        change(
                observer,
                new AuthChange.DeleteUser(request.getName()),
                header -> AuthUserDeleteResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void userChangePassword(
            AuthUserChangePasswordRequest request, StreamObserver<AuthUserChangePasswordResponse> observer) {
        changeHashed(
                observer,
                () -> new AuthChange.ChangePassword(request.getName(), hash(request.getPassword())),
                header -> AuthUserChangePasswordResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    @Override
    public void userGrantRole(AuthUserGrantRoleRequest request, StreamObserver<AuthUserGrantRoleResponse> observer) {
        change(
                observer,
                new AuthChange.GrantRole(request.getUser(), request.getRole()),
                header ->
                        AuthUserGrantRoleResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void userRevokeRole(AuthUserRevokeRoleRequest request, StreamObserver<AuthUserRevokeRoleResponse> observer) {
        change(
                observer,
                new AuthChange.RevokeRole(request.getName(), request.getRole()),
                header -> AuthUserRevokeRoleResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    @Override
    public void roleAdd(AuthRoleAddRequest request, StreamObserver<AuthRoleAddResponse> observer) {
        change(
                observer,
                new AuthChange.AddRole(request.getName()),
                header -> AuthRoleAddResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void roleGet(AuthRoleGetRequest request, StreamObserver<AuthRoleGetResponse> observer) {
        String name = request.getRole();
        look(observer, (auth, actor) -> auth.requireHolder(actor, name), (auth, header) -> {
            Role role = auth.role(name);
            AuthRoleGetResponse.Builder response =
                    AuthRoleGetResponse.newBuilder().setHeader(header);
            role.permissions().forEach(permission -> response.addPerm(ToWire.permission(permission)));
            return response.build();
        });
    }

    @Override
    public void roleList(AuthRoleListRequest request, StreamObserver<AuthRoleListResponse> observer) {
        look(
                observer,
                AuthState::requireRoot,
                (auth, header) -> AuthRoleListResponse.newBuilder()
                        .setHeader(header)
                        .addAllRoles(auth.roles().stream().map(Role::name).toList())
                        .build());
    }

    @Override
    public void roleDelete(AuthRoleDeleteRequest request, StreamObserver<AuthRoleDeleteResponse> observer) {
        change(
                observer,
                new AuthChange.DeleteRole(request.getRole()),
                header -> AuthRoleDeleteResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void roleGrantPermission(
            AuthRoleGrantPermissionRequest request, StreamObserver<AuthRoleGrantPermissionResponse> observer) {
        change(
                observer,
                FromWire.grant(request),
                header -> AuthRoleGrantPermissionResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    @Override
    public void roleRevokePermission(
            AuthRoleRevokePermissionRequest request, StreamObserver<AuthRoleRevokePermissionResponse> observer) {
        AuthChange revoke = new AuthChange.RevokePermission(
                request.getRole(), FromWire.bytes(request.getKey()), FromWire.bytes(request.getRangeEnd()));
        change(
                observer,
                revoke,
                header -> AuthRoleRevokePermissionResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    private <A> void change(StreamObserver<A> observer, AuthChange change, Function<ResponseHeader, A> answer) {
        calls.apply(
                observer,
                () -> callers.byCurrent(new Command.ChangeAuth(change)),
                outcome -> answer.apply(headers.at(outcome.revision())));
    }

    /** Hashes only for who may make the change. */
    private <A> void changeHashed(StreamObserver<A> observer, Hashed change, Function<ResponseHeader, A> answer) {
        Callers.Caller caller = callers.current();
        calls.applyMadeOn(
                hashing,
                observer,
                () -> {
                    machine.auth().requireRoot(caller.actor());
                    return caller.gives(new Command.ChangeAuth(change.make()));
                },
                outcome -> answer.apply(headers.at(outcome.revision())));
    }

    private <A> void look(StreamObserver<A> observer, Right right, BiFunction<AuthState, ResponseHeader, A> answer) {
        Callers.Caller caller = callers.current();
        calls.read(observer, () -> {
            Actor actor = caller.actor();
            AuthState auth = machine.auth();
            right.require(auth, actor);
            return answer.apply(auth, headers.at(machine.store().revision()));
        });
    }

    /** Takes as long for a user who does not exist, so that nobody learns from it who does. */
    private Command login(String name, String password) {
        PasswordHash expected = machine.auth().login(name);
        if (expected == null) {
            secrets.hash(password);
            throw new Refusal(Reason.LOGIN_FAILED);
        }
        if (!expected.matches(password)) {
            throw new Refusal(Reason.LOGIN_FAILED);
        }
        return new Command.Authenticate(name, expected, secrets.token(), tokenNanos);
    }

    private PasswordHash hash(String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
            throw new Refusal(Reason.PASSWORD_TOO_LONG);
        }
        return secrets.hash(password);
    }

    /** What who asks must be. */
    private interface Right {
        void require(AuthState auth, Actor actor);
    }

    /** A change that takes long to make. */
    private interface Hashed {
        AuthChange make();
    }
}
