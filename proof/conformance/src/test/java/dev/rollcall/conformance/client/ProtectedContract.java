package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A store that wants a user, and whose tokens live for 2 s. */
@ExtendWith(SecretsKept.class)
abstract class ProtectedContract {

    private static final String PASSWORD = "canary-right";

    static EtcdExtension protectedEtcd(String version) {
        return protectedBy(EtcdSpec.real(version).withFlags("--auth-token-ttl", "2"));
    }

    static EtcdExtension protectedBy(EtcdSpec store) {
        return EtcdExtension.of(store.withRootPassword(PASSWORD));
    }

    private static EtcdClient client(TestEtcd etcd, String user) {
        return EtcdClient.builder(etcd.endpoints().get(0))
                .credentials(Credentials.of(user, PASSWORD))
                .connect();
    }

    @Test
    void nothingLapsesWhileTokensExpire(TestEtcd etcd) {
        try (EtcdClient client = client(etcd, "root")) {
            WatchNotes first = new WatchNotes();
            client.watches().watch(WatchRequest.of(KeyRange.prefix("/w/")), first);
            first.awaitCreated();
            KeepAlive lease = client.leases().keepAlive(Duration.ofSeconds(2));
            List<String> expected = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                // No call uses the token for longer than it lives; only the renewals and the watches go on.
                await().during(Duration.ofMillis(3_200))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> lease.state() == KeepAlive.State.HELD);
                WatchNotes late = new WatchNotes();
                Watch watch = client.watches().watch(WatchRequest.of(KeyRange.prefix("/w/")), late);
                late.awaitCreated();
                client.kv().put("/w/" + round, "x", lease.lease());
                expected.add("+/w/" + round + "=x");
                late.awaitEvents(1);
                watch.close();
            }
            first.awaitEvents(3);
            assertThat(first.story()).isEqualTo(expected);
            first.assertOrder();
            assertThat(client.kv().ls("/w/")).hasSize(3);
            client.leases().revoke(lease.lease());
        }
    }

    @Test
    void aUserMayDoWhatItsRoleAllowsAndIsToldWhatItMayNot(TestEtcd etcd) {
        try (Administrator root = Administrator.root(etcd, PASSWORD)) {
            root.addUser("limited", PASSWORD);
            root.grant("limited", "/mine/");
        }
        try (EtcdClient client = client(etcd, "limited")) {
            client.kv().put("/mine/1", "x");
            assertThat(client.kv().ls("/mine/")).hasSize(1);
            assertThat(ClientContract.fails(
                            EtcdError.PERMISSION_DENIED, () -> client.kv().put("/theirs/1", "x")))
                    .hasMessageContaining("/theirs/1")
                    .hasMessageContaining("grant-permission");
            ClientContract.fails(EtcdError.PERMISSION_DENIED, () -> client.kv().ls("/"));
            WatchNotes notes = new WatchNotes();
            client.watches().watch(WatchRequest.of(KeyRange.prefix("/mine/")), notes);
            notes.awaitCreated();
            client.kv().put("/mine/2", "x");
            notes.awaitEvents(1);
            assertThat(notes.story()).containsExactly("+/mine/2=x");
        }
    }
}
