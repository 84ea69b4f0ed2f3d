package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.internal.ListenerLane;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ToldTest {

    private static Word word(String text, long revision) {
        return new Word(Bytes.utf8("a/1"), text, 1, revision, LeaseId.NONE, Instant.EPOCH);
    }

    private static Told<Word, String> up(String text) {
        return new Told.One<>(new Change.Up<>(word(text, 1)));
    }

    private static Told<Word, String> updated(String before, String after) {
        return new Told.One<>(new Change.Updated<>(word(before, 1), word(after, 1)));
    }

    private static Told<Word, String> down(String last) {
        return new Told.One<>(new Change.Down<>(word(last, 1), DownCause.EXPIRED, 9));
    }

    @Test
    void twoTellingsOfOneKeyBecomeWhatIsTrueNow() {
        assertThat(Told.merge(up("x"), updated("x", "y"))).isEqualTo(List.of(up("y")));
        assertThat(Told.merge(updated("x", "y"), updated("y", "z"))).isEqualTo(List.of(updated("x", "z")));
        assertThat(Told.merge(updated("x", "y"), down("y"))).isEqualTo(List.of(down("y")));
        assertThat(Told.merge(up("x"), down("x"))).isEmpty();
    }

    @Test
    void anInstanceThatWentAndCameBackIsToldAsBoth() {
        assertThat(Told.merge(down("x"), up("x"))).isEqualTo(List.of(down("x"), up("x")));
    }

    private static Told<Word, String> anew(ResyncCause cause, String published) {
        return new Told.Anew<>(cause, published);
    }

    @Test
    void theBeginningIsNeverMergedAway() {
        Told<Word, String> initial = new Told.Initial<>("all");
        Told<Word, String> anew = anew(ResyncCause.MISSED, "more");

        assertThat(Told.merge(initial, anew)).isEqualTo(List.of(initial, anew));
    }

    @Test
    void aNewEpochStandsWhereItWasAnnouncedWhateverIsReadAnewLater() {
        assertThat(told(List.of(
                        anew(ResyncCause.MISSED, "a"),
                        anew(ResyncCause.WENT_BACK, "b"),
                        up("after b"),
                        anew(ResyncCause.MISSED, "c"),
                        anew(ResyncCause.AUDIT, "d"))))
                .containsExactly("WENT_BACK b", "after b", "AUDIT d");
        assertThat(told(List.of(
                        anew(ResyncCause.WENT_BACK, "a"),
                        up("after a"),
                        anew(ResyncCause.AUDIT, "b"),
                        anew(ResyncCause.OTHER_CLUSTER, "c"),
                        anew(ResyncCause.WENT_BACK, "d"))))
                .containsExactly("WENT_BACK a", "after a", "OTHER_CLUSTER c", "WENT_BACK d");
    }

    @Test
    void aListenerThatHangsThroughManyEpochsHearsABoundedNumberAndThatTheLastIsNew() {
        List<Told<Word, String>> epochs = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            epochs.add(anew(ResyncCause.WENT_BACK, "old"));
        }
        epochs.add(anew(ResyncCause.MISSED, "now"));

        assertThat(told(epochs)).hasSize(Told.MOST_EPOCHS + 1).endsWith("WENT_BACK now");
    }

    /** What a listener hears that is behind from the first of these on. */
    private static List<String> told(List<Told<Word, String>> events) {
        Queue<Runnable> tasks = new ArrayDeque<>();
        List<String> told = new ArrayList<>();
        var lane = new ListenerLane<Told<Word, String>>(tasks::add, event -> told.add(text(event)), Told::merge, 0);
        for (Told<Word, String> event : events) {
            lane.offer(event instanceof Told.Anew ? "resync" : "a/1", event);
        }
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        return told;
    }

    private static String text(Told<Word, String> told) {
        if (told instanceof Told.Anew<Word, String> anew) {
            return anew.cause() + " " + anew.published();
        }
        Change<Word> change = ((Told.One<Word, String>) told).change();
        return ((Change.Up<Word>) change).entry().text();
    }
}
