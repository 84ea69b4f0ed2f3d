package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What an observer of a registrar is told. */
class RegistrarObserverTest extends RegistrarScaffold {

    private final List<Observation> told = new CopyOnWriteArrayList<>();

    private <T extends Observation> T awaitTold(Class<T> kind) {
        await().atMost(Duration.ofSeconds(10)).until(() -> told.stream().anyMatch(kind::isInstance));
        return told.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private Registrar observed(RegistrarSettings settings) {
        return registrar(settings.withObserver(told::add));
    }

    @Test
    void aLeaseThatIsRevokedIsToldAsLost() {
        observed(RegistrarSettings.defaults()).register(USER).awaitRegistered(SOON);
        var lease = stored(USER).orElseThrow().lease();

        client.leases().revoke(lease);

        Observation.LeaseLost lost = awaitTold(Observation.LeaseLost.class);
        assertThat(lost.lease()).isEqualTo(lease);
        assertThat(lost.registrations()).isOne();
    }

    @Test
    void aRenewalThatIsNotAnsweredIsToldAsLate() {
        observed(RegistrarSettings.defaults()).register(USER).awaitRegistered(SOON);
        var lease = stored(USER).orElseThrow().lease();

        etcd.etcd().pause();

        assertThat(awaitTold(Observation.RenewalLate.class).lease()).isEqualTo(lease);
        etcd.etcd().resume();
    }

    @Test
    void whatOnlyAnAuditFindsIsToldAndCounted() {
        Registrar audited =
                observed(RegistrarSettings.defaults().withWatchedKeys(0).withAuditPeriod(Duration.ofMillis(200)));
        audited.register(USER).awaitRegistered(SOON);
        assertThat(audited.health().auditDifferences()).isZero();

        client.kv().delete("services/user/" + USER.id());

        assertThat(awaitTold(Observation.AuditDifference.class).keys()).isOne();
        await().atMost(SOON).until(() -> stored(USER).isPresent());
        assertThat(audited.health().auditDifferences()).isOne();
    }

    @Test
    void whatAWatchTellsIsNoDifferenceOfAnAudit() {
        Registrar watched = observed(RegistrarSettings.defaults());
        watched.register(USER).awaitRegistered(SOON);

        client.kv().delete("services/user/" + USER.id());

        await().atMost(SOON).until(() -> stored(USER).isPresent());
        assertThat(watched.health().auditDifferences()).isZero();
    }

    @Test
    void aListenerThatThrowsIsTold() {
        Registration me = observed(RegistrarSettings.defaults()).register(USER);
        me.onChange((registration, state, reason) -> {
            throw new IllegalStateException("on purpose");
        });

        Observation.ListenerFailed failed = awaitTold(Observation.ListenerFailed.class);
        assertThat(failed.subject()).contains("user/" + USER.id());
        assertThat(failed.cause()).hasMessage("on purpose");
    }

    @Test
    void nothingIsToldAfterTheClose() {
        Registrar closed = observed(RegistrarSettings.defaults());
        closed.register(USER).awaitRegistered(SOON);
        var lease = stored(USER).orElseThrow().lease();
        closed.close();
        client.kv().delete("services/user/" + USER.id());

        assertThat(etcd.etcd().liveLeases()).doesNotContain(lease.value());
        assertThat(told).noneMatch(Observation.LeaseLost.class::isInstance);
    }
}
