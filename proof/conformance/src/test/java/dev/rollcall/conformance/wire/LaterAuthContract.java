package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users and rights, as far as they came with etcd 3.5. */
abstract class LaterAuthContract extends Contract {

    private static final String INVALID = "etcdserver: invalid auth management";

    @AfterEach
    void forgetUsers(TestEtcd etcd) {
        etcd.wipe();
    }

    private Accounts accounts() {
        return new Accounts(wire().auth());
    }

    @Test
    void everyChangeButEnablingIsARevision() {
        Accounts accounts = accounts();
        assertThat(accounts.revision()).isEqualTo(1);
        accounts.addUser("a");
        accounts.addRole("a");
        accounts.grantRole("a", "a");
        assertThat(accounts.revision()).isEqualTo(4);
        accounts.grantRole("a", "a");
        accounts.disable();
        refused(Code.FAILED_PRECONDITION, "etcdserver: role name already exists", () -> accounts.addRole("a"));
        assertThat(accounts.revision()).isEqualTo(4);
        accounts.grant("a", Permission.Type.READ, "a", "");
        accounts.grant("a", Permission.Type.READ, "a", "");
        accounts.changePassword("a", "canary-next");
        accounts.revoke("a", "a", "");
        accounts.revokeRole("a", "a");
        accounts.deleteRole("a");
        accounts.deleteUser("a");
        assertThat(accounts.revision()).isEqualTo(11);
        accounts.enableWithRoot();
        Accounts root = accounts.as(accounts.login("root"));
        assertThat(root.revision()).isEqualTo(13);
        refused(Code.INVALID_ARGUMENT, "etcdserver: user name is empty", accounts::revision);
        root.disable();
        assertThat(accounts.revision()).isEqualTo(14);
    }

    @Test
    void aRightIsOfARangeThatExists() {
        Accounts accounts = accounts();
        accounts.addRole("a");
        refused(Code.INVALID_ARGUMENT, INVALID, () -> accounts.grant("no", Permission.Type.READ, "", ""));
        refused(Code.INVALID_ARGUMENT, INVALID, () -> accounts.grant("a", Permission.Type.READ, "", "\0"));
        refused(Code.INVALID_ARGUMENT, INVALID, () -> accounts.grant("a", Permission.Type.READ, "y", "x"));
        refused(Code.INVALID_ARGUMENT, INVALID, () -> accounts.grant("a", Permission.Type.READ, "y", "y"));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: permission not given",
                () -> wire().auth()
                        .roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                                .setName("a")
                                .build()));
    }

    @Test
    void theKeysOfALeaseAreShownToWhoMayReadThem() {
        Accounts accounts = accounts();
        accounts.addUserWithRole("a");
        accounts.grant("a", Permission.Type.READWRITE, "a", "b");
        accounts.enableWithRoot();
        String token = accounts.login("a");
        long id = Accounts.as(token, wire().lease())
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build())
                .getID();
        LeaseTimeToLiveRequest keys =
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build();
        Accounts.as(token, wire().kv())
                .put(Wire.putRequest("a", "").setLease(id).build());
        assertThat(Accounts.as(token, wire().lease()).leaseTimeToLive(keys).getKeysList())
                .containsExactly(Wire.bytes("a"));
        Accounts.as(accounts.login("root"), wire().kv())
                .put(Wire.putRequest("z", "").setLease(id).build());
        refused(
                Code.PERMISSION_DENIED,
                "etcdserver: permission denied",
                () -> Accounts.as(token, wire().lease()).leaseTimeToLive(keys));
        LeaseTimeToLiveRequest bare =
                LeaseTimeToLiveRequest.newBuilder().setID(id).build();
        assertThat(Accounts.as(token, wire().lease()).leaseTimeToLive(bare).getGrantedTTL())
                .isEqualTo(60);
    }

    @Test
    void aPasswordIsNoLongerThanItsHashTakesIn() {
        accounts().addUser("a", "x".repeat(72));
        refused(
                Code.UNKNOWN,
                "bcrypt: password length exceeds 72 bytes",
                () -> accounts().addUser("b", "x".repeat(73)));
    }

    @Test
    void aRestartKeepsUsersAndEndsTokens(TestEtcd etcd) {
        Accounts accounts = accounts();
        accounts.addUserWithRole("a");
        accounts.grant("a", Permission.Type.READ, "/a", "");
        accounts.enableWithRoot();
        String token = accounts.login("a");
        etcd.restart();
        try (Wire again = new Wire(etcd)) {
            Accounts after = new Accounts(again.auth());
            refused(Code.INVALID_ARGUMENT, "etcdserver: user name is empty", () -> again.get("/a"));
            refused(
                    Code.UNAUTHENTICATED,
                    "etcdserver: invalid auth token",
                    () -> after.as(token).rolesOf("a"));
            assertThat(after.as(after.login("a")).role("a").getPermList())
                    .containsExactly(Accounts.permission(Permission.Type.READ, "/a", ""));
        }
    }
}
