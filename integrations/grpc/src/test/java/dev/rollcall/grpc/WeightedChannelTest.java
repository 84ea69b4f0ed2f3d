package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.registration.Registration;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WeightedChannelTest extends GrpcScaffold {

    private static final String ZONED = "eu-1a";

    private Registration register(EchoServer server, String zone, int weight) {
        return rollcall.register(Instance.builder("user")
                        .endpoint(server.address())
                        .zone(zone)
                        .weight(weight)
                        .build())
                .awaitRegistered(SOON);
    }

    private ManagedChannel weighted(Map<String, ?> config) {
        return opened(builder("rollcall:///user")
                .defaultServiceConfig(
                        Map.of("loadBalancingConfig", List.of(Map.of(WeightedLoadBalancerProvider.NAME, config)))));
    }

    private static Map<String, Integer> answers(ManagedChannel channel, int calls) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            counts.merge(EchoServer.who(channel), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void eachInstanceHasItsShareAndAWeightThatChangesIsHeeded() throws IOException {
        register(open(EchoServer.start("a")), ZONED, 100);
        Registration b = register(open(EchoServer.start("b")), ZONED, 300);
        ManagedChannel channel = weighted(Map.of());

        await().atMost(SOON).until(() -> answers(channel, 40).equals(Map.of("a", 10, "b", 30)));

        b.update(me -> me.toBuilder().weight(100).build());
        await().atMost(SOON).until(() -> answers(channel, 40).equals(Map.of("a", 20, "b", 20)));
    }

    @Test
    void theOwnZoneComesFirstAndTheOthersWhereItIsEmpty() throws IOException {
        Registration near = register(open(EchoServer.start("near")), ZONED, 100);
        register(open(EchoServer.start("far")), "eu-1b", 100);
        ManagedChannel channel = weighted(Map.of("zone", ZONED));

        await().atMost(SOON).until(() -> answers(channel, 10).equals(Map.of("near", 10)));
        near.close();
        await().atMost(SOON).until(() -> answers(channel, 10).equals(Map.of("far", 10)));
    }

    @Test
    void anInstanceWhoseCallsFailIsLeftOutWhileItStaysRegistered() throws IOException {
        EchoServer broken = open(EchoServer.failing());
        register(broken, ZONED, 100);
        for (String name : List.of("a", "b", "c")) {
            register(open(EchoServer.start(name)), ZONED, 100);
        }
        ManagedChannel channel = weighted(Map.of());

        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> {
                    Map<String, Integer> seen = answers(channel, 12);
                    return seen.keySet().equals(Set.of("a", "b", "c"));
                });
        assertThat(broken.calls.get()).isBetween(1, 50);
    }

    /** gRPC tells the stream of a call that ran out of time that it was cancelled, as it tells one whose caller gave up. */
    @Test
    void anInstanceThatHangsIsLeftOutAfterCallsThatRanOutOfTime() throws IOException {
        EchoServer hanging = open(EchoServer.slow("hanging"));
        register(hanging, ZONED, 100);
        for (String name : List.of("a", "b", "c")) {
            register(open(EchoServer.start(name)), ZONED, 100);
        }
        ManagedChannel channel = weighted(Map.of());
        await().atMost(SOON).until(() -> answersSoon(channel, 12) >= 9 && hanging.calls.get() > 0);
        await().atMost(SOON).until(() -> answersSoon(channel, 12) == 12);
        int before = hanging.calls.get();
        assertThat(answersSoon(channel, 40)).isEqualTo(40);
        assertThat(hanging.calls.get()).isEqualTo(before).isBetween(3, 20);
        hanging.release.countDown();
    }

    /** How many of so many calls are answered within 300 ms. */
    private static int answersSoon(ManagedChannel channel, int calls) {
        int answered = 0;
        for (int i = 0; i < calls; i++) {
            try {
                EchoServer.who(channel, 300);
                answered++;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            }
        }
        return answered;
    }

    @Test
    void aServerThatIsGoneIsPassedOverBeforeItsLeaseRunsOut() throws IOException {
        EchoServer dying = open(EchoServer.start("dying"));
        register(dying, ZONED, 100);
        register(open(EchoServer.start("a")), ZONED, 100);
        ManagedChannel channel = weighted(Map.of());
        await().atMost(SOON).until(() -> answers(channel, 10).size() == 2);

        dying.close();

        await().atMost(Duration.ofSeconds(2))
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> answers(channel, 20).equals(Map.of("a", 20)));
        assertThat(rollcall.discover("user").snapshot().instances()).hasSize(2);
    }

    @Test
    void aFreshInstanceComesToItsShareSlowly() throws IOException {
        register(open(EchoServer.start("a")), ZONED, 100);
        // Long enough that a hundred calls of a busy machine are near its beginning.
        ManagedChannel channel = weighted(Map.of("slowStart", "12s"));
        assertThat(answers(channel, 10)).isEqualTo(Map.of("a", 10));

        register(open(EchoServer.start("b")), ZONED, 100);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> answers(channel, 20).containsKey("b"));
        assertThat(answers(channel, 100).getOrDefault("b", 0))
                .as("of a hundred, soon after its start")
                .isBetween(1, 35);
        await().atMost(Duration.ofSeconds(30)).until(() -> answers(channel, 40).equals(Map.of("a", 20, "b", 20)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aServerThatTellsItsConnectionsToEndFailsNoCall(int servers) throws IOException {
        List<EchoServer> restless = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            restless.add(open(EchoServer.restless("r" + i, Duration.ofMillis(100))));
            register(restless.get(i), ZONED, 100);
        }
        ManagedChannel channel = weighted(Map.of());
        int calls = 0;
        while (restless.stream().anyMatch(server -> server.connections.get() < 10)) {
            EchoServer.who(channel);
            calls++;
        }
        assertThat(calls).isGreaterThan(100);
    }

    @Test
    void whereNobodyCanBeReachedCallsFailWithTheReason() throws IOException {
        EchoServer server = EchoServer.start("gone");
        String address = server.address();
        server.close();
        rollcall.register(Instance.of("user", address)).awaitRegistered(SOON);
        ManagedChannel channel = weighted(Map.of());

        assertThatThrownBy(() -> EchoServer.who(channel)).hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void theLastInstanceThatPausesIsNotCalledAnyMore() throws IOException {
        Registration only = register(open(EchoServer.start("only")), ZONED, 100);
        ManagedChannel channel = weighted(Map.of());
        assertThat(EchoServer.who(channel)).isEqualTo("only");

        only.update(me -> me.withStatus(InstanceStatus.PAUSED));
        await().atMost(SOON)
                .untilAsserted(() -> assertThatThrownBy(() -> EchoServer.who(channel))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("no instance of user"));

        only.update(me -> me.withStatus(InstanceStatus.UP));
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> EchoServer.who(channel).equals("only"));
    }

    @Test
    void whoIsTakenOutByHandIsNotCalledUntilItIsBack() throws IOException {
        Registration a = register(open(EchoServer.start("a")), ZONED, 100);
        Registration b = register(open(EchoServer.start("b")), ZONED, 100);
        ManagedChannel channel = weighted(Map.of());
        await().atMost(SOON).until(() -> answers(channel, 10).equals(Map.of("a", 5, "b", 5)));

        rollcall.takeOut("user", a.instance().id(), "the disk is full");
        await().atMost(SOON).until(() -> answers(channel, 10).equals(Map.of("b", 10)));
        rollcall.takeOut("user", b.instance().id(), "this one too");
        await().atMost(SOON)
                .untilAsserted(() -> assertThatThrownBy(() -> EchoServer.who(channel))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("no instance of user"));

        rollcall.resume("user", a.instance().id());
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> answers(channel, 10).equals(Map.of("a", 10)));
    }

    @Test
    void addressesThatBearNoInstanceAreCalledToo() throws IOException {
        EchoServer server = open(EchoServer.start("plain"));
        ManagedChannel channel =
                opened(builder("dns:///localhost:" + server.server().getPort())
                        .defaultLoadBalancingPolicy(WeightedLoadBalancerProvider.NAME));

        assertThat(EchoServer.who(channel)).isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource({
        "zones, x, unknown [zones]; there are zone",
        "slowStart, 30, 'slowStart is a time of up to a day such as 30s, not ''30'''",
        "slowStart, -1s, not '-1s'",
        "slowStart, 99999999s, not '99999999s'",
        "ejection, yes, 'ejection is a boolean, not yes'"
    })
    void aConfigThatCannotBeReadIsRefused(String field, String value, String message) {
        ConfigOrError parsed = new WeightedLoadBalancerProvider().parseLoadBalancingPolicyConfig(Map.of(field, value));

        assertThat(parsed.getError().getDescription())
                .startsWith("rollcall_weighted: ")
                .contains(message.replace("''", "'"));
    }

    @Test
    void aConfigSaysWhatTheStrategyIs() {
        Map<String, ?> config = Map.of("zone", ZONED, "slowStart", "1.5s", "ejection", false);

        assertThat(WeightedConfig.parse(config)).isEqualTo(new WeightedConfig(ZONED, Duration.ofMillis(1500), false));
        assertThat(WeightedConfig.parse(Map.of())).isEqualTo(WeightedConfig.DEFAULTS);
    }
}
