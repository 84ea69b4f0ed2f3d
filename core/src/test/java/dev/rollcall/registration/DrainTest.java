package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.Get;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainTest extends RegistrarScaffold {

    private static final Duration LONG = Duration.ofHours(1);

    private Registration registered() {
        return registrar.register(USER).awaitRegistered(SOON);
    }

    private InstanceStatus status() {
        return read(stored(USER).orElseThrow()).status();
    }

    private static void awaitEnd(CompletableFuture<Void> end) {
        assertThat(end).succeedsWithin(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void itIsMarkedAtOnceAndGoesAfterTheDelay() {
        Registration me = registered();
        long begin = System.nanoTime();

        CompletableFuture<Void> end =
                me.drain("a new version", Duration.ofMillis(700)).toCompletableFuture();
        me.awaitRegistered(SOON);

        assertThat(status()).isEqualTo(InstanceStatus.LEAVING);
        assertThat(me.instance().status()).isEqualTo(InstanceStatus.LEAVING);
        assertThat(me.state()).isEqualTo(RegistrationState.REGISTERED);
        assertThat(me.reason()).isEqualTo("draining: a new version");
        awaitEnd(end);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(700_000_000L);
        assertThat(stored(USER)).isEmpty();
        assertThat(me.state()).isEqualTo(RegistrationState.CLOSED);
    }

    @Test
    void anUpdateMeanwhileDoesNotTakeItBack() {
        Registration me = registered();
        me.drain("", LONG);

        me.update(it -> it.toBuilder().weight(5).status(InstanceStatus.UP).build());
        me.awaitRegistered(SOON);

        assertThat(read(stored(USER).orElseThrow()))
                .isEqualTo(USER.toBuilder()
                        .weight(5)
                        .status(InstanceStatus.LEAVING)
                        .build());
        assertThat(me.reason()).isEqualTo("draining");
    }

    @Test
    void aCloseMeanwhileEndsItAtOnce() {
        Registration me = registered();
        CompletableFuture<Void> end = me.drain("", LONG).toCompletableFuture();

        me.close();

        awaitEnd(end);
        assertThat(stored(USER)).isEmpty();
    }

    @Test
    void theEndOfTheRegistrarEndsIt() {
        Registration me = registered();
        CompletableFuture<Void> end = me.drain("", LONG).toCompletableFuture();

        registrar.close();

        awaitEnd(end);
        assertThat(stored(USER)).isEmpty();
    }

    @Test
    void theSoonerOfTwoCounts() {
        Registration me = registered();
        me.drain("first", LONG);

        awaitEnd(me.drain("second", Duration.ZERO).toCompletableFuture());

        assertThat(stored(USER)).isEmpty();
        awaitEnd(me.drain("too late", LONG).toCompletableFuture());
    }

    @Test
    void aKeyThatIsDeletedMeanwhileComesBackMarked() {
        Registration me = registered();
        me.drain("", LONG);
        me.awaitRegistered(SOON);

        client.kv().delete(Delete.key(KEYSPACE.key(USER.identity())));

        await().atMost(SOON).until(() -> stored(USER).isPresent());
        assertThat(status()).isEqualTo(InstanceStatus.LEAVING);
    }

    @Test
    void whereTheFormatCannotSayItItGoesAtOnce() {
        Keyspace plain = Keyspace.plain("/service");
        Instance user = Instance.of("user", "1", "10.0.0.7:8080");
        Registrar simple = open(Registrar.over(client, plain, RegistrarSettings.defaults()));
        Registration me = simple.register(user).awaitRegistered(SOON);

        awaitEnd(me.drain("", LONG).toCompletableFuture());

        assertThat(client.kv().get(Get.key(plain.key(user.identity()))).first()).isEmpty();
    }

    @Test
    void aDelayThatMakesNoSenseIsRefused() {
        Registration me = registered();
        assertThatIllegalArgumentException().isThrownBy(() -> me.drain("", Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> me.drain("", Duration.ofDays(2)));
        assertThat(status()).isEqualTo(InstanceStatus.UP);
    }
}
