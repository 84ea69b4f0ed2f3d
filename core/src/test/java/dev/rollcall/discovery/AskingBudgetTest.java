package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AskingBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock = new Clock();
    private final AskingBudget budget = new AskingBudget(clock, clock, bound -> bound - 1);
    private final List<Object> asked = new ArrayList<>();

    /** Time that passes when it is told to. */
    private static final class Clock implements Timer, TimeSource {

        private record Task(long at, Runnable run) {}

        private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));
        private long now;

        @Override
        public Handle schedule(long delayNanos, Runnable task) {
            Task added = new Task(now + Math.max(0, delayNanos), task);
            tasks.add(added);
            return () -> tasks.remove(added);
        }

        void pass(long nanos) {
            long until = now + nanos;
            while (!tasks.isEmpty() && tasks.element().at() <= until) {
                Task next = tasks.remove();
                now = next.at();
                next.run().run();
            }
            now = until;
        }

        @Override
        public void close() {}

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    private void fail(Object owner, boolean refused) {
        budget.ask(owner, refused, () -> asked.add(owner));
    }

    @Test
    void aThousandThatAreRefusedAskThreeTimesASecondAndEachHasItsTurn() {
        for (int i = 0; i < 1_000; i++) {
            Integer owner = i;
            failForEver(owner);
        }
        assertThat(asked).hasSize(AskingBudget.AT_ONCE);

        clock.pass(60 * SECOND);
        assertThat(asked).hasSizeBetween(AskingBudget.AT_ONCE + 3 * 60 - 1, AskingBudget.AT_ONCE + 3 * 60);

        clock.pass(280 * SECOND);
        assertThat(asked.stream().distinct()).hasSize(1_000);
    }

    /** Five seconds after each answer it is refused again. */
    private void failForEver(Integer owner) {
        budget.ask(owner, true, () -> {
            asked.add(owner);
            clock.schedule(5 * SECOND, () -> failForEver(owner));
        });
    }

    @Test
    void fewAreNotHeldUp() {
        for (int i = 0; i < AskingBudget.AT_ONCE; i++) {
            fail(i, true);
        }

        assertThat(asked).hasSize(AskingBudget.AT_ONCE);
    }

    @Test
    void whoIsAnsweredLetsEverybodyAskWithinHalfASecond() {
        for (int i = 0; i < 1_000; i++) {
            fail(i, i % 2 == 0);
        }
        assertThat(asked).hasSize(2 * AskingBudget.AT_ONCE);

        budget.answered(true);
        clock.pass(SECOND / 2);

        assertThat(asked).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void aStoreThatAnswersAgainHasNotGivenARight() {
        for (int i = 0; i < 1_000; i++) {
            fail(i, true);
        }
        asked.clear();

        budget.answered(false);

        clock.pass(SECOND / 2);
        assertThat(asked).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void theRefusedHoldUpNobodyElse() {
        for (int i = 0; i < 1_000; i++) {
            fail(i, true);
        }
        asked.clear();

        fail("away", false);

        assertThat(asked).containsExactly("away");
    }

    @Test
    void onlyTheYoungestQuestionOfAnOwnerIsAskedWhicheverLineTheOldOneWaitsIn() {
        for (int i = 0; i < 2 * AskingBudget.AT_ONCE; i++) {
            fail(i, true);
            fail(-1 - i, false);
        }
        asked.clear();
        budget.ask("a", true, () -> asked.add("a before"));
        budget.ask("a", false, () -> asked.add("a now"));

        budget.answered(true);
        clock.pass(SECOND);

        assertThat(asked).contains("a now").doesNotContain("a before");
    }

    @Test
    void whoAsksAnewDoesNotAskWhatHeWasLetAskBefore() {
        for (int i = 0; i < 2 * AskingBudget.AT_ONCE; i++) {
            fail(i, true);
            fail(-1 - i, false);
        }
        budget.ask("a", true, () -> asked.add("a before"));
        budget.answered(true);
        budget.ask("a", false, () -> asked.add("a now"));

        clock.pass(SECOND);

        assertThat(asked).contains("a now").doesNotContain("a before");
    }

    @Test
    void whoIsForgottenAsksNoMoreAndAYoungerQuestionTakesTheOldOnesPlace() {
        for (int i = 0; i < AskingBudget.AT_ONCE; i++) {
            fail(i, true);
        }
        asked.clear();
        fail("a", true);
        fail("b", true);
        budget.ask("a", true, () -> asked.add("a again"));
        budget.forget("b");

        clock.pass(10 * SECOND);

        assertThat(asked).containsExactly("a again");
        assertThat(clock.tasks).isEmpty();

        for (int i = 0; i < 1_000; i++) {
            fail(i, true);
        }
        budget.answered(true);
        asked.clear();
        for (int i = 0; i < 1_000; i++) {
            budget.forget(i);
        }
        clock.pass(10 * SECOND);
        assertThat(asked).isEmpty();
        assertThat(clock.tasks).isEmpty();
    }
}
