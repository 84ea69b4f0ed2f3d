package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.instance.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class CallTest {

    private final IOException refused = new IOException("refused");

    static Stream<PickStrategy> all() {
        return PickStrategyTest.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theRetriesOfACallGoToDistinctInstances(PickStrategy strategy) {
        PickRig rig = new PickRig(strategy.ejecting(EjectionRules.none()), PickRig.users(7));
        for (int round = 0; round < 50; round++) {
            Set<Instance> tried = new HashSet<>();
            try (Call call = rig.picker().start(round)) {
                do {
                    assertThat(tried.add(call.instance())).isTrue();
                    call.failed(refused);
                } while (call.retry());
                assertThat(call.retry()).as("again").isFalse();
            }
            assertThat(tried).hasSize(7);
        }
    }

    @Test
    void aCallIsInFlightUntilItsFirstWord() {
        Instance[] users = PickRig.users(2);
        PickRig rig = new PickRig(PickStrategy.leastLoaded(), users);
        rig.succeed(users[0], 1);
        rig.succeed(users[1], 1);
        Call first = rig.picker().start();
        Call second = rig.picker().start();
        assertThat(second.instance()).as("the other is busy").isNotEqualTo(first.instance());
        first.close();
        first.close();
        first.failed(refused);
        List<Call> next = new ArrayList<>();
        next.add(rig.picker().start());
        assertThat(next.get(0).instance()).as("the first is free, once").isEqualTo(first.instance());
        next.add(rig.picker().start());
        next.add(rig.picker().start());
        assertThat(next.get(1).instance()).isNotEqualTo(next.get(2).instance());
    }

    @Test
    void aCallThatIsCancelledSaysNothingOfItsInstance() {
        Instance only = PickRig.users(1)[0];
        PickRig rig = new PickRig(PickStrategy.first(), PickRig.users(3));
        for (int i = 0; i < 10; i++) {
            Call call = rig.picker().start();
            call.cancelled();
            call.failed(refused);
        }
        assertThat(rig.pass(Duration.ofMillis(10)).picks(1)).containsExactly(only);
    }

    @Test
    void failuresInARowTakeAnInstanceOutWithinTenMilliseconds() {
        Instance[] users = PickRig.users(3);
        PickRig rig = new PickRig(PickStrategy.first(), users);
        for (int i = 0; i < 3; i++) {
            try (Call call = rig.picker().start()) {
                assertThat(call.instance()).isEqualTo(users[0]);
                call.failed(refused);
            }
        }
        rig.pass(Duration.ofMillis(10));
        assertThat(rig.picks(3)).containsOnly(users[1]);
        assertThat(rig.picker().leftOut()).singleElement().satisfies(left -> {
            assertThat(left.instance()).isEqualTo(users[0]);
            assertThat(left.reason()).isEqualTo("ejected for 10000 ms more: failures in a row (IOException)");
        });
    }

    @Test
    void aSuccessBetweenThemIsForgiveness() {
        Instance[] users = PickRig.users(3);
        PickRig rig = new PickRig(PickStrategy.first(), users);
        for (int i = 0; i < 9; i++) {
            rig.fail(users[0], 2);
            rig.succeed(users[0], 3);
        }
        assertThat(rig.picks(3)).containsOnly(users[0]);
    }

    @Test
    void anUpdateOfTheInstanceResetsNothing() {
        Instance[] users = PickRig.users(3);
        PickRig rig = new PickRig(PickStrategy.first(), users);
        rig.fail(users[0], 2);
        users[0] = users[0].toBuilder().metadata("build", "2").weight(7).build();
        rig.show(users);
        assertThat(rig.picks(1)).containsExactly(users[0]);
        rig.fail(users[0], 1);
        assertThat(rig.picks(1)).containsExactly(users[1]);
        users[0] = users[0].toBuilder().metadata("build", "3").build();
        rig.show(users);
        assertThat(rig.picks(1)).as("still out").containsExactly(users[1]);
    }

    @Test
    void whoGoesAndComesBackBeginsAnew() {
        Instance[] users = PickRig.users(3);
        PickRig rig = new PickRig(PickStrategy.first(), users);
        rig.fail(users[0], 3);
        assertThat(rig.picks(1)).containsExactly(users[1]);
        rig.show(users[1], users[2]);
        assertThat(rig.picks(1)).containsExactly(users[1]);
        rig.show(users);
        assertThat(rig.picks(1)).containsExactly(users[0]);
    }

    @Test
    void aWordOnAnInstanceThatIsGoneIsIgnored() {
        Instance[] users = PickRig.users(2);
        PickRig rig = new PickRig(PickStrategy.first(), users);
        Call call = rig.picker().start();
        rig.show(users[1]);
        rig.picks(1);
        call.failed(refused);
        rig.fail(users[0], 5);
        rig.succeed(users[0], 1);
        assertThat(rig.picks(1)).containsExactly(users[1]);
        assertThat(call.retry()).isTrue();
        assertThat(call.instance()).isEqualTo(users[1]);
    }

    @Test
    void whatBecameOfTheCallsIsCounted() {
        PickRig rig = new PickRig(PickStrategy.first(), PickRig.users(2));
        Call open = rig.picker().start();
        try (Call call = rig.picker().start()) {
            call.failed(refused);
            call.failed(refused);
        }
        rig.picker().start().close();
        rig.picker().start().cancelled();
        rig.picker().succeeded(open.instance(), Duration.ofMillis(1));
        assertThat(rig.picker().health()).isEqualTo(new PickerHealth(2, 0, false, 1, 2, 1, 0));

        rig.show();
        assertThat(rig.picker().tryPick()).isEmpty();
        assertThatThrownBy(rig.picker()::pick).isInstanceOf(NoInstanceException.class);
        assertThat(rig.picker().health()).isEqualTo(new PickerHealth(0, 0, false, 1, 2, 1, 2));
    }
}
