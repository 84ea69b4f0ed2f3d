package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may read instances and not overlays, as it was before there were overlays, loses nothing. */
@Timeout(120)
@ExtendWith(SecretsKept.class)
abstract class OverlayRightsContract {

    private static final String PASSWORD = "canary-right";
    private static final Duration SOON = Duration.ofSeconds(15);

    private final List<Rollcall> opened = new ArrayList<>();
    private TestEtcd etcd;
    private Administrator admin;

    abstract EtcdSpec store();

    @BeforeEach
    void start() {
        etcd = store().start();
        admin = Administrator.first(etcd, PASSWORD);
        for (String user : List.of("worker", "operator")) {
            admin.addUser(user, PASSWORD);
            admin.grant(user, "services/");
        }
        admin.grant("operator", "rollcall/overlay/services/");
        admin.enable();
    }

    @AfterEach
    void stop() {
        opened.forEach(Rollcall::close);
        admin.close();
        etcd.close();
    }

    private Rollcall as(String user) {
        Rollcall rollcall = Rollcall.builder(etcd.endpoints().get(0))
                .credentials(Credentials.of(user, PASSWORD))
                .closeAtShutdown(false)
                .connect();
        opened.add(rollcall);
        return rollcall;
    }

    @Test
    void whoMayNotReadOverlaysPicksAsIfThereWereNone() {
        Rollcall worker = as("worker");
        worker.register(Instance.of("user", "1", "10.0.0.7:8080")).awaitRegistered(SOON);
        ServiceView users = worker.discover("user");
        users.awaitInstances(1, SOON);
        Picker picker = PickStrategy.roundRobin().over(users);
        Rollcall operator = as("operator");
        Picker informed = PickStrategy.roundRobin().over(operator.discover("user"));

        EtcdException refused = catchThrowableOfType(EtcdException.class, () -> worker.takeOut("user", "1", "may I?"));
        assertThat(refused.code()).isEqualTo(EtcdError.PERMISSION_DENIED);
        operator.takeOut("user", "1", "the disk is full");

        await().atMost(SOON).until(() -> informed.tryPick().isEmpty());
        assertThat(picker.pick().id()).isEqualTo("1");
        assertThat(worker.health().good()).isTrue();
        await().atMost(SOON)
                .until(() -> worker.discovery().overlays().health().lastError().isPresent());
        assertThat(worker.discovery().overlays().health().known()).isFalse();

        long begin = System.nanoTime();
        worker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(operator.discover("user").snapshot().instances())
                .as("it deregistered")
                .isEmpty();
        assertThat(operator.resume("user", "1"))
                .as("what it may not remove is left")
                .isPresent();
    }
}
