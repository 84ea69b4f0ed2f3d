package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A store that wants a user, and whose tokens live for 2 s. */
@ExtendWith(SecretsKept.class)
abstract class AuthenticationContract {

    private static final String PASSWORD = "canary-right";

    private TestEtcd etcd;

    /** A store with root and this password. */
    static EtcdExtension protectedBy(EtcdSpec store) {
        return EtcdExtension.of(store.withRootPassword(PASSWORD));
    }

    @BeforeEach
    void remember(TestEtcd store) {
        etcd = store;
    }

    private EtcdClientBuilder client() {
        return EtcdClient.builder(etcd.endpoints().toArray(String[]::new));
    }

    private EtcdClient root() {
        return client().credentials(Credentials.of("root", PASSWORD)).connect();
    }

    @Test
    void aClientWithoutCredentialsIsToldThatItNeedsThem() {
        try (EtcdClient nobody = client().connect()) {
            EtcdException refused =
                    catchThrowableOfType(EtcdException.class, () -> nobody.kv().put("/a", "1"));
            assertThat(refused.code()).isEqualTo(EtcdError.UNAUTHENTICATED);
            assertThat(refused).hasMessageContaining("put of /a").hasMessageContaining("credentials");
        }
    }

    @Test
    void aWrongPasswordIsRefusedAndNeverShown() {
        try (EtcdClient wrong =
                client().credentials(Credentials.of("root", "canary-wrong")).connect()) {
            EtcdException refused =
                    catchThrowableOfType(EtcdException.class, () -> wrong.kv().put("/a", "1"));
            assertThat(refused.code()).isEqualTo(EtcdError.UNAUTHENTICATED);
            assertThat(refused).hasMessageNotContaining("canary-wrong");
        }
    }

    @Test
    void anExpiredTokenIsRenewedWithoutTheUserSeeingIt() {
        try (EtcdClient client = root()) {
            client.kv().put("/a", "1");
            // Nothing uses the token for longer than it lives.
            await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
            assertThat(client.kv().put("/a", "2").header().revision()).isPositive();
            assertThat(client.kv().get("/a"))
                    .get()
                    .extracting(kv -> kv.value().utf8())
                    .isEqualTo("2");
        }
    }

    @Test
    void aTokenThatDiedWithItsServerIsRenewed() {
        try (EtcdClient client = root()) {
            client.kv().put("/a", "1");
            etcd.restart();
            assertThat(client.kv().get("/a")).isPresent();
            client.kv().put("/a", "2");
        }
    }

    @Test
    void aLeaseIsKeptAliveAcrossExpiredTokensAndARestart() {
        List<KeepAlive.State> states = new CopyOnWriteArrayList<>();
        try (EtcdClient client = root()) {
            LeaseGrant grant = client.leases().grant(Duration.ofSeconds(5));
            client.kv().put("/leased", "x", grant.id());
            KeepAlive lease = client.leases().keepAlive(grant, (handle, state, header) -> states.add(state));
            await().pollDelay(Duration.ofSeconds(6)).until(() -> lease.state() == KeepAlive.State.HELD);
            etcd.restart();
            await().pollDelay(Duration.ofSeconds(3)).until(() -> lease.state() == KeepAlive.State.HELD);
            assertThat(client.kv().get("/leased")).isPresent();
            assertThat(states).doesNotContain(KeepAlive.State.LOST);
            client.leases().revoke(grant.id());
        }
    }

    @Test
    void aPasswordThatIsCorrectedLaterIsTakenFromTheSupplier() {
        AtomicReference<Credentials> current = new AtomicReference<>(Credentials.of("root", "canary-old"));
        try (EtcdClient client = client().credentials(current::get).connect()) {
            assertThat(catchThrowableOfType(
                                    EtcdException.class, () -> client.kv().get("/a"))
                            .code())
                    .isEqualTo(EtcdError.UNAUTHENTICATED);
            current.set(Credentials.of("root", PASSWORD));
            long before = System.nanoTime();
            client.kv().put("/a", "1");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void anUnknownLeaseIsAnErrorOfItsOwnAlsoWithAuthentication() {
        try (EtcdClient client = root()) {
            assertThat(catchThrowableOfType(
                                    EtcdException.class, () -> client.kv().put("/a", "1", new LeaseId(99)))
                            .code())
                    .isEqualTo(EtcdError.LEASE_NOT_FOUND);
        }
    }
}
