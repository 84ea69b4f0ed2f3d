package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.Instance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RegistrarOutageTest extends RegistrarScaffold {

    @Test
    void whatIsStartedWhileTheStoreIsAwayRegistersWhenItComes() {
        etcd.etcd().stop();
        Registration me = registrar.register(USER);

        assertThatThrownBy(() -> me.awaitRegistered(Duration.ofMillis(300)))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("user/10.0.0.7:8080 is not registered after 0.3 s");
        assertThat(me.state()).isEqualTo(RegistrationState.REGISTERING);
        assertThat(registrar.health().visible()).isFalse();

        etcd.etcd().start();
        me.awaitRegistered(SOON);
        assertThat(stored(USER).orElseThrow().lease().isNone()).isFalse();
    }

    @Test
    void aRestartOfTheStoreWithItsDataIsSurvivedWithoutANewKey() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);
        long created = stored(USER).orElseThrow().createRevision();

        etcd.etcd().restart();

        awaitState(me, RegistrationState.REGISTERED);
        assertThat(stored(USER).orElseThrow().createRevision()).isEqualTo(created);
    }

    @Test
    void whatWasInAStoreThatWasWipedIsBackWithinFiveSeconds() {
        List<Registration> all = registrar.registerAll(many(100));
        all.forEach(one -> one.awaitRegistered(SOON));

        etcd.etcd().wipe();

        await().atMost(SOON).until(() -> client.kv().ls("services/many/").size() == 100);
        await().atMost(SOON).until(() -> registrar.health().visible());
    }

    @Test
    void aLeaseRevokedByAnOperatorIsReplaced() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);
        KeyValue before = stored(USER).orElseThrow();

        client.leases().revoke(before.lease());

        await().atMost(Duration.ofSeconds(3)).until(() -> stored(USER).isPresent());
        assertThat(stored(USER).orElseThrow().lease()).isNotEqualTo(before.lease());
        awaitState(me, RegistrationState.REGISTERED);
    }

    @Test
    void aStoreThatHangsMakesTheStateSuspectBeforeTheLeaseCanHaveRunOut() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);

        etcd.etcd().pause();
        awaitState(me, RegistrationState.SUSPECT);
        assertThat(registrar.health().visible()).isFalse();

        etcd.etcd().resume();
        awaitState(me, RegistrationState.REGISTERED);
        assertThat(stored(USER)).isPresent();
    }

    @Test
    void closingIsBoundedWhileTheStoreHangs() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);
        registrar.register(Instance.of("user", "10.0.0.9:1")).awaitRegistered(SOON);
        etcd.etcd().pause();

        long begin = System.nanoTime();
        me.close();
        long one = System.nanoTime();
        registrar.close();
        long all = System.nanoTime();

        assertThat(one - begin).isLessThan(TimeUnit.MILLISECONDS.toNanos(2_500));
        assertThat(all - one).isLessThan(TimeUnit.MILLISECONDS.toNanos(3_000));
        etcd.etcd().resume();
        await().atMost(Duration.ofSeconds(10)).until(() -> stored(USER).isEmpty());
    }
}
