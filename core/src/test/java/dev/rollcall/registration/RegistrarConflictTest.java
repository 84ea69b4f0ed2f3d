package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.Put;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrarConflictTest extends RegistrarScaffold {

    @Test
    void aKeyDeletedByOthersIsWrittenAgainAtOnce() {
        registrar.register(USER).awaitRegistered(SOON);

        client.kv().delete("services/user/" + USER.id());

        await().atMost(Duration.ofSeconds(2)).until(() -> stored(USER).isPresent());
    }

    @Test
    void anAuditFindsWhatNoWatchSees() {
        Registrar audited =
                registrar(RegistrarSettings.defaults().withWatchedKeys(0).withAuditPeriod(Duration.ofMillis(200)));
        audited.register(USER).awaitRegistered(SOON);

        client.kv().delete("services/user/" + USER.id());

        await().atMost(Duration.ofSeconds(3)).until(() -> stored(USER).isPresent());
    }

    private void overwrite(Instance instance, String value) {
        client.kv()
                .put(Put.of(KEYSPACE.key(instance.identity()), Bytes.utf8(value))
                        .underSameLease());
    }

    private boolean standsAsWanted(Instance instance) {
        KeyValue kv = stored(instance).orElseThrow();
        return KEYSPACE.decode(kv.key(), kv.value()) instanceof Decoded.Readable found
                && found.instance().equals(instance);
    }

    @Test
    void anAuditFindsAValueThatOthersWroteUnderOurLease() {
        Registrar audited =
                registrar(RegistrarSettings.defaults().withWatchedKeys(0).withAuditPeriod(Duration.ofMillis(200)));
        audited.register(USER).awaitRegistered(SOON);

        overwrite(USER, "graffiti");

        await().atMost(Duration.ofSeconds(3)).until(() -> standsAsWanted(USER));
        await().atMost(SOON).until(() -> audited.health().auditDifferences() == 1);
    }

    @Test
    void anAuditGoesThroughMoreKeysThanFitIntoOneRequest() {
        Registrar audited = registrar(RegistrarSettings.defaults().withAuditPeriod(Duration.ofMillis(400)));
        List<Instance> all = many(350);
        audited.registerAll(all).forEach(one -> one.awaitRegistered(SOON));
        List<Instance> spoiled = List.of(all.get(70), all.get(199), all.get(349));

        spoiled.forEach(one -> overwrite(one, "graffiti"));

        await().atMost(SOON).until(() -> spoiled.stream().allMatch(this::standsAsWanted));
        assertThat(audited.health().visible()).isTrue();
    }

    @Test
    void anAuditDeletesWhatNobodyClaims() {
        Registrar audited = registrar(RegistrarSettings.defaults().withAuditPeriod(Duration.ofMillis(200)));
        audited.register(USER).awaitRegistered(SOON);

        client.kv()
                .put(
                        "services/user/stray",
                        "left by a late write",
                        stored(USER).orElseThrow().lease());

        await().atMost(Duration.ofSeconds(3))
                .until(() -> client.kv().get("services/user/stray").isEmpty());
        assertThat(stored(USER)).isPresent();
    }

    @Test
    void aKeyDeletedByOthersIsLeftToThemIfSoWished() {
        Registration me =
                registrar.register(USER, options().withOnDelete(OnDelete.YIELD)).awaitRegistered(SOON);

        client.kv().delete("services/user/" + USER.id());

        awaitState(me, RegistrationState.CLOSED);
        assertThat(me.reason()).contains("deleted by others");
        assertThat(stored(USER)).isEmpty();
    }

    @Test
    void aKeyOverwrittenWithoutALeaseIsPutRight() {
        registrar.register(USER).awaitRegistered(SOON);

        client.kv().put("services/user/" + USER.id(), "graffiti");

        await().atMost(Duration.ofSeconds(2))
                .until(() -> stored(USER).filter(kv -> !kv.lease().isNone()).isPresent());
        assertThat(read(stored(USER).orElseThrow())).isEqualTo(USER);
    }

    @Test
    void aKeyIsKnownAsOursHoweverManyOtherLeasesCameAndWent() {
        Registration me = registrar
                .register(USER, options().withLeaseTime(Duration.ofSeconds(60)))
                .awaitRegistered(SOON);
        for (Instance brief : many(70)) {
            registrar.register(brief).awaitRegistered(SOON).close();
        }
        KeyValue before = stored(USER).orElseThrow();

        client.kv().put(Put.of(before.key(), KEYSPACE.encode(elsewhere())).under(before.lease()));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(stored(USER).orElseThrow().value()).isEqualTo(before.value()));
        awaitState(me, RegistrationState.REGISTERED);
    }

    @Test
    void whoComesSecondWaitsUntilTheFirstIsGone() {
        Registration first = registrar.register(USER).awaitRegistered(SOON);
        Registration second = registrar(RegistrarSettings.defaults()).register(elsewhere());

        assertThatThrownBy(() -> second.awaitRegistered(Duration.ofMillis(300)))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("another owner has the key")
                .hasMessageContaining("services/user/");
        assertThat(second.state()).isEqualTo(RegistrationState.REGISTERING);

        first.close();
        second.awaitRegistered(SOON);
        assertThat(read(stored(USER).orElseThrow())).isEqualTo(elsewhere());
    }

    @Test
    void whoWaitsAndLeavesDoesNotTouchTheKey() {
        registrar.register(USER).awaitRegistered(SOON);
        Registrar other = registrar(RegistrarSettings.defaults());
        Registration second = other.register(elsewhere());
        await().atMost(SOON).until(() -> second.reason().contains("another owner"));

        second.close();
        other.close();

        assertThat(read(stored(USER).orElseThrow())).isEqualTo(USER);
    }

    @Test
    void whoComesSecondGivesUpIfSoWished() {
        registrar.register(USER).awaitRegistered(SOON);
        Registration second = registrar(RegistrarSettings.defaults())
                .register(elsewhere(), options().withOnConflict(OnConflict.FAIL));

        assertThatThrownBy(() -> second.awaitRegistered(SOON))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("another owner has the key");
        assertThat(second.state()).isEqualTo(RegistrationState.CLOSED);
        assertThat(second.registered().toCompletableFuture())
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(RegistrationException.class);
    }

    @Test
    void whoComesSecondTakesOverIfSoWishedAndTheFirstNeverDeletesItsKey() {
        Registration first = registrar.register(USER).awaitRegistered(SOON);
        registrar(RegistrarSettings.defaults())
                .register(elsewhere(), options().withOnConflict(OnConflict.TAKE_OVER))
                .awaitRegistered(SOON);

        awaitState(first, RegistrationState.LOST);
        first.close();
        registrar.close();

        assertThat(read(stored(USER).orElseThrow())).isEqualTo(elsewhere());
    }

    @Test
    void theLeftoverOfAnEarlierProcessAtTheSameEndpointIsTakenOverAtOnce() {
        LeaseGrant old = client.leases().grant(Duration.ofSeconds(60));
        client.kv()
                .put(Put.of(KEYSPACE.key(USER.identity()), KEYSPACE.encode(USER))
                        .under(old.id()));

        registrar.register(USER).awaitRegistered(SOON);

        assertThat(stored(USER).orElseThrow().lease()).isNotEqualTo(old.id());
        client.leases().revoke(old.id());
        assertThat(stored(USER)).isPresent();
    }

    @Test
    void aKeyspaceThatFailsOnOneKeyLeavesTheOthersOfItsBatchAlone() {
        client.kv().put("services/many/" + many(1).get(0).id(), "strange");
        Keyspace failing = (Keyspace) Proxy.newProxyInstance(
                Keyspace.class.getClassLoader(), new Class<?>[] {Keyspace.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("decode")) {
                        throw new IllegalStateException("a keyspace of the test fails on purpose");
                    }
                    return method.invoke(KEYSPACE, arguments);
                });
        Registrar fragile = open(Registrar.over(client, failing, RegistrarSettings.defaults()));

        List<Registration> all = fragile.registerAll(many(10));

        all.subList(1, 10).forEach(one -> one.awaitRegistered(SOON));
        assertThat(all.get(0).state()).isEqualTo(RegistrationState.REGISTERING);
        assertThat(all.get(0).reason()).contains("another owner");
    }

    @Test
    void aConflictOnOneKeyLeavesTheOthersOfItsBatchAlone() {
        registrar.register(USER).awaitRegistered(SOON);
        List<Instance> batch = new ArrayList<>(many(20));
        batch.add(7, elsewhere());

        List<Registration> all = registrar(RegistrarSettings.defaults()).registerAll(batch);

        for (Registration one : all) {
            if (!one.instance().equals(elsewhere())) {
                one.awaitRegistered(SOON);
            }
        }
        assertThat(all.get(7).state()).isEqualTo(RegistrationState.REGISTERING);
    }
}
