package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceBuilder;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegistrarTest extends RegistrarScaffold {

    @Test
    void aRegisteredInstanceStandsUnderItsKeyWithALease() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);

        KeyValue kv = stored(USER).orElseThrow();
        assertThat(read(kv)).isEqualTo(USER);
        assertThat(kv.lease().isNone()).isFalse();
        assertThat(me.state()).isEqualTo(RegistrationState.REGISTERED);
        assertThat(registrar.health().visible()).isTrue();
        assertThat(registrar.health().leaseRemaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    @Test
    void aThousandRegistrationsLiveByOneLease() {
        List<Registration> all = registrar.registerAll(many(1_000));

        all.forEach(one -> one.awaitRegistered(SOON));

        assertThat(client.kv().ls("services/many/"))
                .hasSize(1_000)
                .extracting(KeyValue::lease)
                .containsOnly(stored(all.get(0).instance()).orElseThrow().lease());
        assertThat(etcd.etcd().liveLeases()).hasSize(1);
    }

    @Test
    void tenThousandInstancesAreRegisteredInAFewSeconds() {
        List<Registration> all = registrar.registerAll(many(10_000));

        await().atMost(Duration.ofSeconds(20)).until(() -> registrar.health().visible());

        assertThat(all).hasSize(10_000).allMatch(one -> one.state() == RegistrationState.REGISTERED);
    }

    @Test
    void eachLeaseTimeHasALeaseOfItsOwnAndTheLastToGoTakesItAlong() {
        registrar.register(USER).awaitRegistered(SOON);
        Registration slow = registrar
                .register(Instance.of("user", "10.0.0.9:1"), options().withLeaseTime(Duration.ofSeconds(10)))
                .awaitRegistered(SOON);
        assertThat(etcd.etcd().liveLeases()).hasSize(2);

        slow.close();

        await().atMost(SOON).until(() -> etcd.etcd().liveLeases().size() == 1);
    }

    @Test
    void anUpdateChangesTheValueInPlace() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);
        KeyValue before = stored(USER).orElseThrow();

        me.update(it -> it.withStatus(InstanceStatus.PAUSED));
        me.awaitRegistered(SOON);

        KeyValue after = stored(USER).orElseThrow();
        assertThat(read(after).status()).isEqualTo(InstanceStatus.PAUSED);
        assertThat(after.createRevision()).isEqualTo(before.createRevision());
        assertThat(after.lease()).isEqualTo(before.lease());
    }

    @Test
    void ofManyUpdatesTheLastIsWrittenAndMostOfTheOthersAreNot() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);

        for (int weight = 1; weight <= 500; weight++) {
            int last = weight;
            me.update(it -> it.toBuilder().weight(last).build());
        }
        me.awaitRegistered(SOON);

        KeyValue kv = stored(USER).orElseThrow();
        assertThat(read(kv).weight()).isEqualTo(500);
        assertThat(kv.version()).isLessThan(500);
    }

    @Test
    void closingWhileTheLeaseIsBeingGrantedLeavesNoLease() {
        for (int i = 0; i < 20; i++) {
            try (Registrar hasty = Registrar.over(client, Keyspace.standard(), RegistrarSettings.defaults())) {
                hasty.register(USER);
            }
        }

        await().atMost(Duration.ofSeconds(1))
                .until(() -> etcd.etcd().liveLeases().isEmpty());
    }

    @Test
    void anUpdateCannotMakeItAnotherInstance() {
        Registration me = registrar.register(USER);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> me.update(Instance.of("order", "10.0.0.7:8080")))
                .withMessageContaining("user/10.0.0.7:8080")
                .withMessageContaining("order/10.0.0.7:8080");
    }

    @Test
    void closingSaysThatTheOwnerLeavesAndThenDeletesTheKey() {
        Registration me = registrar.register(USER).awaitRegistered(SOON);

        me.close();

        assertThat(stored(USER)).isEmpty();
        assertThat(me.state()).isEqualTo(RegistrationState.CLOSED);
        assertThat(lastWord().status()).isEqualTo(InstanceStatus.LEAVING);
        assertThatIllegalStateException().isThrownBy(() -> me.update(USER)).withMessageContaining("closed");
        assertThatThrownBy(() -> me.awaitRegistered(SOON)).isInstanceOf(RegistrationException.class);
    }

    @Test
    void closingTheRegistrarSaysFarewellAndRevokesTheLease() {
        registrar.register(USER).awaitRegistered(SOON);

        registrar.close();

        assertThat(stored(USER)).isEmpty();
        assertThat(etcd.etcd().liveLeases()).isEmpty();
        assertThat(lastWord().status()).isEqualTo(InstanceStatus.LEAVING);
        assertThatIllegalStateException()
                .isThrownBy(() -> registrar.register(USER))
                .withMessageContaining("closed");
    }

    @Test
    void aRegistrarThatIsClosedByAnInterruptedThreadDeregistersAllTheSame() {
        registrar.register(USER).awaitRegistered(SOON);

        Thread.currentThread().interrupt();
        registrar.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stored(USER)).isEmpty();
    }

    @Test
    void anInstanceWhoseFarewellWouldBeTooLongIsDeletedWithoutOne() {
        Instance large = fillingItsValue(Instance.of("user", "10.0.0.7:8080"));
        Registration me = registrar.register(large).awaitRegistered(SOON);

        me.close();

        assertThat(stored(large)).isEmpty();
    }

    private static final Incarnation ANY = Incarnation.named("0123456789abcdef");

    /** An instance whose value is as large as a keyspace writes. */
    private static Instance fillingItsValue(Instance instance) {
        InstanceBuilder builder = instance.toBuilder();
        int part = 8_000;
        for (int i = 0; i < 8; i++) {
            builder.metadata("part" + i, "x".repeat(part));
        }
        int left =
                Keyspace.MAX_VALUE_BYTES - KEYSPACE.encode(builder.build(), ANY).size();
        String entry = ",\"rest\":\"\"";
        return builder.metadata("rest", "x".repeat(left - entry.length())).build();
    }

    @Test
    void theSameInstanceIsRegisteredOnceAtATime() {
        Registration first = registrar.register(USER);

        assertThatIllegalStateException()
                .isThrownBy(() -> registrar.register(USER))
                .withMessageContaining("registered already");

        first.close();
        registrar.register(USER).awaitRegistered(SOON);
        assertThat(stored(USER)).isPresent();
    }

    @Test
    void aListenerHearsEveryStateInOrderAndMayThrow() {
        List<RegistrationState> heard = new CopyOnWriteArrayList<>();
        Registration me = registrar.register(USER);
        me.onChange((registration, state, reason) -> {
            throw new IllegalStateException("a listener of the test fails on purpose");
        });
        me.onChange((registration, state, reason) -> heard.add(state));
        me.awaitRegistered(SOON);

        me.close();

        await().atMost(SOON).until(() -> heard.contains(RegistrationState.CLOSED));
        assertThat(heard).endsWith(RegistrationState.REGISTERED, RegistrationState.CLOSED);
    }

    @Test
    void aListenerThatBlocksHoldsNothingUp() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Registration me = registrar.register(USER);
        me.onChange((registration, state, reason) -> {
            entered.countDown();
            try {
                assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();

        me.awaitRegistered(SOON);
        me.update(it -> it.withStatus(InstanceStatus.PAUSED));
        me.awaitRegistered(SOON);
        release.countDown();

        assertThat(read(stored(USER).orElseThrow()).status()).isEqualTo(InstanceStatus.PAUSED);
    }

    @Test
    void theStageOfARegistrationEndsWhenItStandsInTheStore() {
        Registration me = registrar.register(USER);

        assertThat(me.registered().toCompletableFuture()).succeedsWithin(SOON).isEqualTo(me);
        assertThat(stored(USER)).isPresent();
    }

    @Test
    void aListenerWhoseExecutorRefusesOnceHearsTheLastState() {
        AtomicInteger asked = new AtomicInteger();
        Registrar crowded = registrar(RegistrarSettings.defaults().withListenerExecutor(task -> {
            if (asked.getAndIncrement() == 0) {
                throw new RejectedExecutionException("on purpose");
            }
            task.run();
        }));
        Registration me = crowded.register(USER).awaitRegistered(SOON);
        List<RegistrationState> heard = new CopyOnWriteArrayList<>();

        me.onChange((registration, state, reason) -> heard.add(state));

        await().atMost(SOON).until(() -> heard.equals(List.of(RegistrationState.REGISTERED)));
        assertThat(asked).hasValueGreaterThan(1);
    }
}
