package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ChannelsTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Queue<Wire> made = new ConcurrentLinkedQueue<>();
    private final ChannelFactory<Wire> factory = ChannelFactory.of(this::open, Wire::close);
    private Rollcall rollcall;
    private ServiceView view;

    /** The channel of a framework that does nothing. */
    private static final class Wire {
        private final Instance to;
        private final AtomicBoolean closed = new AtomicBoolean();

        Wire(Instance to) {
            this.to = to;
        }

        void close() {
            assertThat(closed.compareAndSet(false, true)).as("closed once").isTrue();
        }
    }

    private Wire open(Instance instance) {
        Wire wire = new Wire(instance);
        made.add(wire);
        return wire;
    }

    @BeforeEach
    void connect() {
        rollcall = Rollcall.connect(etcd.endpoints().toArray(String[]::new));
        view = rollcall.discover("user");
    }

    @AfterEach
    void disconnect() {
        rollcall.close();
    }

    private Registration register(int number) {
        Registration registration = rollcall.register(Instance.of("user", "i" + number, "10.0.0." + number + ":80"));
        assertThat(registration.awaitRegistered(SOON)).isNotNull();
        return registration;
    }

    private Wire first() {
        return made.iterator().next();
    }

    @Test
    void whoIsTakenOutByHandKeepsItsChannelAndGetsNoCalls() {
        register(1);
        register(2);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.roundRobin(), factory)) {
            assertThat(channels.awaitOpen(2, SOON)).isTrue();

            rollcall.takeOut("user", "i1", "the disk is full");
            await().atMost(SOON).until(() -> !channels.leftOut().isEmpty());
            for (int i = 0; i < 10; i++) {
                assertThat(channels.pick().to.id()).isEqualTo("i2");
            }
            assertThat(channels.size()).isEqualTo(2);

            rollcall.resume("user", "i1");
            await().atMost(SOON).until(() -> channels.pick().to.id().equals("i1"));
            assertThat(made).hasSize(2);
        }
    }

    @Test
    void whoIsOutFromTheBeginningGetsAChannelWhenItIsBack() {
        register(1);
        register(2);
        rollcall.takeOut("user", "i1", "");
        rollcall.discovery().overlays().awaitSnapshot(SOON);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.roundRobin(), factory)) {
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            assertThat(channels.pick().to.id()).isEqualTo("i2");

            rollcall.resume("user", "i1");
            assertThat(channels.awaitOpen(2, SOON)).isTrue();
        }
    }

    @Test
    void eachInstanceHasAChannelAndCallsAreSpreadOverThem() {
        register(1);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.roundRobin(), factory)) {
            register(2);
            assertThat(channels.awaitOpen(2, SOON)).isTrue();
            Set<Wire> picked = new HashSet<>(List.of(channels.pick(), channels.pick()));
            await().atMost(SOON).until(() -> picked.add(channels.pick()) || picked.size() == 2);
            assertThat(picked).containsExactlyInAnyOrderElementsOf(made);
            assertThat(made).hasSize(2).noneMatch(wire -> wire.closed.get());
            assertThat(channels).hasToString("2 channels to user");
        }
        assertThat(made).allMatch(wire -> wire.closed.get());
    }

    @Test
    void theChannelOfWhoIsGoneIsNotHandedOutAndStaysOpenForCallsInFlight() {
        Registration one = register(1);
        register(2);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.roundRobin(), factory, HOUR)) {
            assertThat(channels.awaitOpen(2, SOON)).isTrue();
            one.close();
            await().atMost(SOON).until(() -> channels.size() == 1);
            for (int i = 0; i < 10; i++) {
                assertThat(channels.pick().to.id()).isEqualTo("i2");
            }
            assertThat(made).noneMatch(wire -> wire.closed.get());
        }
        assertThat(made).as("closing does not wait for them").allMatch(wire -> wire.closed.get());
    }

    @Test
    void afterTheDrainTheChannelIsClosed() {
        Registration one = register(1);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.first(), factory, Duration.ZERO)) {
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            one.close();
            await().atMost(SOON).until(() -> first().closed.get());
            assertThatThrownBy(channels::pick)
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("none is registered");
            register(1);
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            assertThat(channels.pick()).as("another incarnation").isNotSameAs(first());
            assertThat(made).hasSize(2);
        }
    }

    @Test
    void whatCannotBeOpenedIsTriedAgainAndSaysWhyItIsNotPicked() {
        AtomicInteger tries = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean(true);
        ChannelFactory<Wire> unwilling = ChannelFactory.of(
                instance -> {
                    tries.incrementAndGet();
                    if (refuses.get()) {
                        throw new IOException("refused");
                    }
                    return open(instance);
                },
                Wire::close);
        register(1);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.first(), unwilling)) {
            await().atMost(SOON).until(() -> tries.get() >= 2);
            assertThatThrownBy(channels::pick)
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("1 registered, 1 no channel: java.io.IOException: refused (i1)");
            refuses.set(false);
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            assertThat(channels.pick()).isSameAs(first());
        }
    }

    @Test
    void aBrokenChannelIsReplaced() {
        register(1);
        try (Channels<Wire> channels = Channels.over(view, PickStrategy.first(), factory)) {
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            Wire broken = channels.pick();
            channels.replace(broken);
            channels.replace(broken);
            assertThat(channels.size()).isZero();
            assertThat(channels.awaitOpen(1, SOON)).isTrue();
            assertThat(channels.pick()).isNotSameAs(broken);
            await().atMost(SOON).until(broken.closed::get);
            assertThat(made).hasSize(2);
        }
    }

    @Test
    void aCallMovesOnToAnotherChannelAndTellsThePicker() {
        register(1);
        register(2);
        EjectionRules strict = EjectionRules.defaults();
        try (Channels<Wire> channels =
                Channels.over(view, PickStrategy.roundRobin().ejecting(strict), factory)) {
            assertThat(channels.awaitOpen(2, SOON)).isTrue();
            for (int i = 0; i < 10; i++) {
                try (ChannelCall<Wire> call = channels.start()) {
                    if (call.instance().id().equals("i1")) {
                        assertThat(call.channel().to.id()).isEqualTo("i1");
                        call.failed(new IOException("refused"));
                        assertThat(call.retry()).isTrue();
                        assertThat(call.channel().to.id()).isEqualTo("i2");
                        assertThat(call.retry()).as("both were tried").isFalse();
                    }
                }
            }
            assertThat(channels.leftOut())
                    .singleElement()
                    .satisfies(left -> assertThat(left.reason()).contains("ejected"));
        }
    }

    @Test
    void ofASubsetOnlyItsChannelsAreOpened() {
        for (int i = 1; i <= 9; i++) {
            register(i);
        }
        try (Channels<Wire> channels =
                Channels.over(view, PickStrategy.roundRobin().subset(3, "caller"), factory)) {
            assertThat(channels.awaitOpen(3, SOON)).isTrue();
            for (int i = 0; i < 30; i++) {
                assertThat(made).contains(channels.pick());
            }
            assertThat(made).hasSize(3);
        }
    }

    @Test
    void closingDoesNotWaitForAFactoryThatHangsAndWhatItMakesIsClosed() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ChannelFactory<Wire> hanging = ChannelFactory.of(
                instance -> {
                    asked.countDown();
                    boolean interrupted = false;
                    while (go.getCount() > 0) {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                    return open(interrupted ? instance.toBuilder().weight(99).build() : instance);
                },
                Wire::close);
        register(1);
        Channels<Wire> channels = Channels.over(view, PickStrategy.first(), hanging);
        assertThat(asked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        long begun = System.nanoTime();
        channels.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        go.countDown();
        await().atMost(SOON).until(() -> made.size() == 1 && first().closed.get());
        assertThat(channels.awaitOpen(1, SOON)).as("closed").isFalse();
        channels.close();
    }

    @Test
    void aDrainLastsNoTimeToADay() {
        for (Duration drain : List.of(Duration.ofMillis(-1), Duration.ofDays(1).plusNanos(1))) {
            assertThatThrownBy(() -> Channels.over(view, PickStrategy.first(), factory, drain))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing to a day");
        }
    }
}
