package dev.rollcall.conformance.wire;

import static dev.rollcall.conformance.wire.Accounts.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users and roles: how they are managed, and who may do so. */
abstract class AccountContract extends Contract {

    private static final String EMPTY = "etcdserver: user name is empty";
    private static final String DENIED = "etcdserver: permission denied";
    private static final String NO_USER = "etcdserver: user name not found";
    private static final String NO_ROLE = "etcdserver: role name not found";
    private static final String INVALID = "etcdserver: invalid auth management";
    private static final String FAILED = "etcdserver: authentication failed, invalid user ID or password";

    @AfterEach
    void forgetUsers(TestEtcd etcd) {
        etcd.wipe();
    }

    private Accounts accounts() {
        return new Accounts(wire().auth());
    }

    private Accounts root() {
        return accounts().as(accounts().login("root"));
    }

    @Test
    void usersAreManaged() {
        Accounts accounts = accounts();
        accounts.addUser("b");
        accounts.addUser("a");
        accounts.addUserWithoutPassword("c");
        assertThat(accounts.users()).containsExactly("a", "b", "c");
        accounts.addRole("z");
        accounts.addRole("y");
        accounts.grantRole("a", "z");
        accounts.grantRole("a", "y");
        accounts.grantRole("a", "z");
        accounts.grantRole("a", "root");
        assertThat(accounts.rolesOf("a")).containsExactly("root", "y", "z");
        accounts.revokeRole("a", "y");
        assertThat(accounts.rolesOf("a")).containsExactly("root", "z");
        accounts.deleteRole("z");
        assertThat(accounts.rolesOf("a")).containsExactly("root");
        accounts.deleteUser("a");
        assertThat(accounts.users()).containsExactly("b", "c");
    }

    @Test
    void whatIsWrongWithAUserIsSaid() {
        Accounts accounts = accounts();
        accounts.addUser("a");
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> accounts.addUser(""));
        refused(Code.FAILED_PRECONDITION, "etcdserver: user name already exists", () -> accounts.addUser("a"));
        refused(Code.FAILED_PRECONDITION, NO_USER, () -> accounts.deleteUser("no"));
        refused(Code.FAILED_PRECONDITION, NO_USER, () -> accounts.changePassword("no", "x"));
        refused(Code.FAILED_PRECONDITION, NO_USER, () -> accounts.rolesOf("no"));
        refused(Code.FAILED_PRECONDITION, NO_USER, () -> accounts.grantRole("no", "root"));
        refused(Code.FAILED_PRECONDITION, NO_USER, () -> accounts.revokeRole("no", "root"));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.grantRole("a", "no"));
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: role is not granted to the user",
                () -> accounts.revokeRole("a", "no"));
    }

    @Test
    void rolesAreManaged() {
        Accounts accounts = accounts();
        accounts.addRole("b");
        accounts.addRole("a");
        assertThat(accounts.roles()).containsExactly("a", "b");
        accounts.grant("a", Permission.Type.WRITE, "y", "z");
        accounts.grant("a", Permission.Type.READ, "x", "");
        accounts.grant("a", Permission.Type.READ, "y", "\0");
        assertThat(accounts.role("a").getPermList())
                .containsExactly(
                        Accounts.permission(Permission.Type.READ, "x", ""),
                        Accounts.permission(Permission.Type.WRITE, "y", "z"),
                        Accounts.permission(Permission.Type.READ, "y", "\0"));
        accounts.grant("a", Permission.Type.READWRITE, "x", "");
        accounts.revoke("a", "y", "z");
        assertThat(accounts.role("a").getPermList())
                .containsExactly(
                        Accounts.permission(Permission.Type.READWRITE, "x", ""),
                        Accounts.permission(Permission.Type.READ, "y", "\0"));
        accounts.deleteRole("b");
        assertThat(accounts.roles()).containsExactly("a");
    }

    @Test
    void whatIsWrongWithARoleIsSaid() {
        Accounts accounts = accounts();
        accounts.addRole("a");
        accounts.grant("a", Permission.Type.READ, "x", "y");
        refused(Code.INVALID_ARGUMENT, "etcdserver: role name is empty", () -> accounts.addRole(""));
        refused(Code.FAILED_PRECONDITION, "etcdserver: role name already exists", () -> accounts.addRole("a"));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.deleteRole("no"));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.role("no"));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.role("root"));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.grant("no", Permission.Type.READ, "x", ""));
        refused(Code.FAILED_PRECONDITION, NO_ROLE, () -> accounts.revoke("no", "x", ""));
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: permission is not granted to the role",
                () -> accounts.revoke("a", "x", ""));
    }

    @Test
    void aRoleNamedRootShowsNoRights() {
        Accounts accounts = accounts();
        accounts.addRole("root");
        assertThat(accounts.roles()).containsExactly("root");
        assertThat(accounts.role("root").getPermList()).isEmpty();
    }

    @Test
    void authenticationIsSwitchedOnOnlyWhereRootCanSwitchItOff() {
        Accounts accounts = accounts();
        accounts.disable();
        refused(Code.FAILED_PRECONDITION, "etcdserver: root user does not exist", accounts::enable);
        accounts.addUser("root");
        refused(Code.FAILED_PRECONDITION, "etcdserver: root user does not have root role", accounts::enable);
        refused(Code.FAILED_PRECONDITION, "etcdserver: authentication is not enabled", () -> accounts.login("root"));
        accounts.grantRole("root", "root");
        accounts.enable();
        root().enable();
        root().disable();
        wire().get("/a");
        accounts.enable();
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> wire().get("/a"));
    }

    @Test
    void rootStaysRootWhileAuthenticationIsOn() {
        Accounts accounts = accounts();
        accounts.addRole("root");
        accounts.enableWithRoot();
        Accounts root = root();
        refused(Code.INVALID_ARGUMENT, INVALID, () -> root.deleteUser("root"));
        refused(Code.INVALID_ARGUMENT, INVALID, () -> root.revokeRole("root", "root"));
        refused(Code.INVALID_ARGUMENT, INVALID, () -> root.deleteRole("root"));
        root.disable();
        accounts.revokeRole("root", "root");
        accounts.deleteUser("root");
    }

    @Test
    void onlyRootManages() {
        Accounts accounts = accounts();
        accounts.addUserWithRole("a");
        accounts.addUserWithRole("b");
        accounts.enableWithRoot();
        refusedToAllButRoot(Code.INVALID_ARGUMENT, EMPTY, accounts);
        Accounts a = accounts.as(accounts.login("a"));
        refusedToAllButRoot(Code.PERMISSION_DENIED, DENIED, a);
        assertThat(a.rolesOf("a")).containsExactly("a");
        assertThat(a.role("a").getPermList()).isEmpty();
        assertThat(root().rolesOf("a")).containsExactly("a");
    }

    private static void refusedToAllButRoot(Code code, String text, Accounts accounts) {
        refused(code, text, accounts::enable);
        refused(code, text, accounts::disable);
        refused(code, text, () -> accounts.addUser("x"));
        refused(code, text, () -> accounts.deleteUser("a"));
        refused(code, text, () -> accounts.changePassword("a", "x"));
        refused(code, text, () -> accounts.grantRole("a", "root"));
        refused(code, text, () -> accounts.revokeRole("a", "a"));
        refused(code, text, accounts::users);
        refused(code, text, () -> accounts.rolesOf("b"));
        refused(code, text, () -> accounts.addRole("x"));
        refused(code, text, () -> accounts.deleteRole("a"));
        refused(code, text, accounts::roles);
        refused(code, text, () -> accounts.role("b"));
        refused(code, text, () -> accounts.grant("a", Permission.Type.READ, "x", ""));
        refused(code, text, () -> accounts.revoke("a", "x", ""));
    }

    @Test
    void aLoginNeedsTheRightPassword() {
        Accounts accounts = accounts();
        accounts.addUser("empty", "");
        accounts.addUserWithoutPassword("none");
        accounts.enableWithRoot();
        assertThat(accounts.login("root")).matches("[A-Za-z]{16}\\.[0-9]+");
        assertThat(accounts.login("empty", "")).isNotEmpty();
        refused(Code.INVALID_ARGUMENT, FAILED, () -> accounts.login("root", PASSWORD + "x"));
        refused(Code.INVALID_ARGUMENT, FAILED, () -> accounts.login("no"));
        refused(Code.INVALID_ARGUMENT, FAILED, () -> accounts.login(""));
        refused(
                Code.UNKNOWN,
                "auth: authentication failed, password was given for no password user",
                () -> accounts.login("none"));
    }

    @Test
    void anotherPasswordEndsTheTokensOfTheUser() {
        Accounts accounts = accounts();
        accounts.addUser("a");
        accounts.enableWithRoot();
        Accounts a = accounts.as(accounts.login("a"));
        assertThat(a.rolesOf("a")).isEmpty();
        root().changePassword("a", "canary-next");
        refused(Code.UNAUTHENTICATED, "etcdserver: invalid auth token", () -> a.rolesOf("a"));
        refused(Code.INVALID_ARGUMENT, FAILED, () -> accounts.login("a"));
        String next = accounts.login("a", "canary-next");
        root().deleteUser("a");
        refused(
                Code.UNAUTHENTICATED,
                "etcdserver: invalid auth token",
                () -> accounts.as(next).rolesOf("a"));
    }
}
