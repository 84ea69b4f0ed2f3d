package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import java.time.Instant;
import java.util.List;
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

    @Test
    void theBeginningIsNeverMergedAway() {
        Told<Word, String> initial = new Told.Initial<>("all");
        Told<Word, String> anew = new Told.Anew<>(ResyncCause.MISSED, "more");

        assertThat(Told.merge(initial, anew)).isEqualTo(List.of(initial, anew));
        assertThat(Told.merge(anew, new Told.Anew<Word, String>(ResyncCause.WENT_BACK, "now")))
                .isEqualTo(List.of(new Told.Anew<Word, String>(ResyncCause.WENT_BACK, "now")));
    }
}
