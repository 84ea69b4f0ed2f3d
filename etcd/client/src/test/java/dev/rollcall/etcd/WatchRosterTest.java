package dev.rollcall.etcd;

import static dev.rollcall.etcd.WatchMessages.cancelled;
import static dev.rollcall.etcd.WatchMessages.created;
import static dev.rollcall.etcd.WatchMessages.events;
import static dev.rollcall.etcd.WatchMessages.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchRosterTest {

    private final WatchRoster<String> roster = new WatchRoster<>();

    @Test
    void messagesFindTheirWatchByItsId() {
        long a = roster.ask("a");
        long b = roster.ask("b");

        assertThat(roster.owner(created(b, 1))).isEqualTo("b");
        assertThat(roster.owner(events(a, 1))).isEqualTo("a");
        assertThat(roster.owner(events(99, 1))).isNull();
    }

    @Test
    void aRefusalBelongsToTheOldestUnansweredCreation() {
        long a = roster.ask("a");
        roster.ask("b");
        roster.ask("c");
        roster.owner(created(a, 1));

        assertThat(roster.owner(refused("permission denied"))).isEqualTo("b");
        assertThat(roster.owner(refused("permission denied"))).isEqualTo("c");
    }

    @Test
    void onlySoManyCreationsAreUnderWay() {
        for (int i = 0; i < WatchRoster.MAX_UNANSWERED; i++) {
            assertThat(roster.mayAsk()).isTrue();
            roster.ask("w" + i);
        }
        assertThat(roster.mayAsk()).isFalse();

        roster.owner(refused("no"));

        assertThat(roster.mayAsk()).isTrue();
    }

    @Test
    void aWatchThatLeavesBeforeItsCreationIsAnsweredIsCancelledThen() {
        long a = roster.ask("a");

        assertThat(roster.leave(a)).isFalse();
        assertThat(roster.owner(created(a, 1))).isNull();
        assertThat(roster.mayAsk()).isTrue();
    }

    @Test
    void aCreatedWatchThatLeavesIsCancelledAtOnce() {
        long a = roster.ask("a");
        roster.owner(created(a, 1));

        assertThat(roster.leave(a)).isTrue();
        assertThat(roster.leave(a)).isFalse();
        assertThat(roster.owner(events(a, 1))).isNull();
    }

    @Test
    void aWatchThatTheStoreCancelledIsForgotten() {
        long a = roster.ask("a");
        roster.owner(created(a, 1));

        assertThat(roster.owner(cancelled(a, "why"))).isEqualTo("a");
        assertThat(roster.leave(a)).isFalse();
    }

    @Test
    void idsAreNeverUsedTwice() {
        long a = roster.ask("a");
        roster.clear();

        assertThat(roster.ask("a")).isGreaterThan(a);
    }

    @Test
    void progressSpeaksForThoseCreatedBeforeItWasAsked() {
        long a = roster.ask("a");
        long b = roster.ask("b");
        roster.owner(created(a, 1));
        roster.progressAsked();
        roster.owner(created(b, 1));

        assertThat(roster.progressAnswered()).containsExactly("a");
        roster.progressAsked();
        assertThat(roster.progressAnswered()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void anAnswerMayBeToAnEarlierRequest() {
        long a = roster.ask("a");
        roster.owner(created(a, 1));
        roster.progressAsked();
        long b = roster.ask("b");
        roster.owner(created(b, 1));
        roster.progressAsked();

        assertThat(roster.progressAnswered()).containsExactly("a");
    }
}
