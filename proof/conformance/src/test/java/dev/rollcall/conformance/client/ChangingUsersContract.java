package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users, passwords and rights that change while a client lives. Tokens live for 5 s. */
@ExtendWith(SecretsKept.class)
abstract class ChangingUsersContract {

    private static final String PASSWORD = "canary-right";
    private static final String WORKER = "worker";

    private final List<KeepAlive.State> states = new CopyOnWriteArrayList<>();
    private TestEtcd etcd;
    private Administrator admin;

    /** A store without users, whose tokens live for 5 s. */
    abstract EtcdSpec store();

    @BeforeEach
    void start() {
        etcd = store().start();
        admin = Administrator.first(etcd, PASSWORD);
        admin.addUser(WORKER, PASSWORD);
        admin.grant(WORKER, "/w/");
    }

    @AfterEach
    void stop() {
        admin.close();
        etcd.close();
    }

    private EtcdClientBuilder builder() {
        return builder(etcd.endpoints().get(0));
    }

    private static EtcdClientBuilder builder(String endpoint) {
        return EtcdClient.builder(endpoint).credentials(Credentials.of(WORKER, PASSWORD));
    }

    private KeepAlive keepAlive(EtcdClient client, int seconds) {
        return client.leases()
                .keepAlive(
                        client.leases().grant(Duration.ofSeconds(seconds)),
                        (handle, state, header) -> states.add(state));
    }

    private static WatchNotes watch(EtcdClient client) {
        WatchNotes notes = new WatchNotes();
        client.watches().watch(WatchRequest.of(KeyRange.prefix("/w/")), notes);
        return notes;
    }

    @Test
    void nothingIsLostWhileTokensExpireAndConnectionsBreak() {
        admin.enable();
        try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoints().get(0));
                EtcdClient writer = builder().connect();
                EtcdClient client = builder(proxy.endpoint()).connect()) {
            WatchNotes notes = watch(client);
            notes.awaitCreated();
            KeepAlive lease = keepAlive(client, 4);
            List<String> expected = new ArrayList<>();
            // Longer than two lives of a token.
            for (int round = 0; round < 12; round++) {
                proxy.resetAll();
                String value = String.valueOf(round);
                writer.kv().put("/w/a", value);
                expected.add("+/w/a=" + value);
                assertThat(client.kv().get("/w/a")).isPresent();
                await().pollDelay(Duration.ofSeconds(1)).until(() -> lease.state() == KeepAlive.State.HELD);
            }
            notes.awaitEvents(expected.size());
            assertThat(notes.story()).isEqualTo(expected);
            assertThat(states).doesNotContain(KeepAlive.State.LOST, KeepAlive.State.SUSPECT);
            assertThat(proxy.counters().acted(Fault.Kind.RESET)).isPositive();
        }
    }

    @Test
    void aChangedPasswordIsTakenFromTheSupplierWithoutHammering() {
        admin.enable();
        AtomicReference<Credentials> current = new AtomicReference<>(Credentials.of(WORKER, PASSWORD));
        AtomicInteger logins = new AtomicInteger();
        try (EtcdClient client = builder()
                .credentials(() -> {
                    logins.incrementAndGet();
                    return current.get();
                })
                .connect()) {
            client.kv().put("/w/a", "1");
            KeepAlive lease = keepAlive(client, 20);
            admin.password(WORKER, "canary-next");
            int before = logins.get();
            long changedAt = System.nanoTime();
            List<EtcdError> errors = new ArrayList<>();
            while (System.nanoTime() - changedAt < Duration.ofSeconds(3).toNanos()) {
                try {
                    client.kv().get("/w/a");
                } catch (EtcdException e) {
                    assertThat(e).hasMessageNotContaining("canary-");
                    errors.add(e.code());
                }
            }
            assertThat(errors).isNotEmpty().containsOnly(EtcdError.UNAUTHENTICATED);
            long tried = Duration.ofNanos(System.nanoTime() - changedAt).toSeconds();
            assertThat(logins.get() - before).isBetween(1, (int) tried + 2);
            current.set(Credentials.of(WORKER, "canary-next"));
            await().atMost(Duration.ofSeconds(4))
                    .ignoreExceptions()
                    .until(() -> client.kv().get("/w/a").isPresent());
            assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
        }
    }

    @Test
    void aRightThatIsTakenAndGivenBackIsAnErrorOfItsOwnAndPasses() {
        admin.enable();
        try (EtcdClient client = builder().connect()) {
            client.kv().put("/w/a", "1");
            WatchNotes old = watch(client);
            old.awaitCreated();
            admin.revoke(WORKER, "/w/");
            ClientContract.fails(EtcdError.PERMISSION_DENIED, () -> client.kv().get("/w/a"));
            WatchNotes refused = watch(client);
            await().until(() ->
                    refused.interruptions.stream().anyMatch(cause -> cause.code() == EtcdError.PERMISSION_DENIED));
            admin.grant(WORKER, "/w/");
            client.kv().put("/w/a", "2");
            refused.awaitCreated();
            old.awaitEvents(1);
            assertThat(old.story()).containsExactly("+/w/a=2");
        }
    }

    @Test
    void authenticationIsSwitchedOnAndOffUnderALivingClient() {
        try (EtcdClient client = builder().connect()) {
            WatchNotes notes = watch(client);
            notes.awaitCreated();
            KeepAlive lease = keepAlive(client, 5);
            client.kv().put("/w/a", "1");
            admin.enable();
            client.kv().put("/w/a", "2");
            WatchNotes second = watch(client);
            second.awaitCreated();
            await().during(Duration.ofSeconds(3)).until(() -> lease.state() == KeepAlive.State.HELD);
            admin.disable();
            client.kv().put("/w/a", "3");
            notes.awaitEvents(3);
            assertThat(notes.story()).containsExactly("+/w/a=1", "+/w/a=2", "+/w/a=3");
            await().during(Duration.ofSeconds(3)).until(() -> lease.state() == KeepAlive.State.HELD);
            assertThat(states).doesNotContain(KeepAlive.State.LOST);
        }
    }

    /**
     * A store does not refuse a token that is numbered beyond its own log: it waits for that entry as long as the call lasts. So after a wipe
     * the old token is never refused, while the new log is shorter.
     */
    @Test
    void aStoreThatIsWipedAndGetsItsUsersAgainIsNoticed() {
        admin.enable();
        try (EtcdClient root = EtcdClient.builder(etcd.endpoints().get(0))
                .credentials(Credentials.of("root", PASSWORD))
                .connect()) {
            for (int i = 0; i < 200; i++) {
                root.kv().put("/w/a", "0");
            }
        }
        try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoints().get(0));
                EtcdClient client = builder(proxy.endpoint()).connect()) {
            WatchNotes notes = watch(client);
            WatchNotes second = watch(client);
            notes.awaitCreated();
            second.awaitCreated();
            client.kv().put("/w/a", "1");
            notes.awaitEvents(1);
            proxy.refuse();
            proxy.resetAll();
            admin.close();
            etcd.wipe();
            admin = Administrator.first(etcd, PASSWORD);
            admin.addUser(WORKER, PASSWORD);
            admin.grant(WORKER, "/w/");
            admin.enable();
            proxy.heal();
            // Below the 5 s after which a call, or a watch without an answer, is given up.
            Duration soon = Duration.ofSeconds(4);
            assertThat(client.kv().putAsync(Put.of("/w/a", "2"))).succeedsWithin(soon);
            await().atMost(soon).until(() -> !notes.returns.isEmpty() && !second.returns.isEmpty());
        }
    }

    @Test
    void rightsThatChangeAllTheTimeAreNotSeenByWhoDoesNotNeedThem() {
        admin.enable();
        try (EtcdClient client = builder().connect()) {
            KeepAlive lease = keepAlive(client, 5);
            for (int change = 0; change < 40; change++) {
                var put = client.kv().putAsync(Put.of("/w/a", String.valueOf(change)));
                admin.addRole("role-" + change);
                assertThat(put).succeedsWithin(Duration.ofSeconds(10));
                client.kv().get("/w/a");
            }
            assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
            assertThat(states).doesNotContain(KeepAlive.State.LOST);
        }
    }
}
