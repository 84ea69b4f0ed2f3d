package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes that no store can have made of what the view knows: one before was left out, or a bit fell over on the way. */
class MisfitTest {

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    MisfitTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
        store.put("a/2", "y", 12);
        store.put("a/3", "z", 13);
        rig.live(store);
        store.put("a/1", "x", 11);
    }

    private static WatchEvent put(String key, long created, long changed, long version) {
        KeyValue kv = new KeyValue(Bytes.utf8(key), Bytes.utf8("x"), created, changed, version, new LeaseId(11));
        return new WatchEvent(WatchEvent.Type.PUT, kv, Optional.empty());
    }

    private static WatchEvent deletion(String key, long revision) {
        return Store.deletion(Bytes.utf8(key), revision);
    }

    private Rig changed(WatchEvent... events) {
        rig.send(new ViewEvent.Changed(new WatchBatch(store.header(), List.of(events))));
        return rig;
    }

    @ParameterizedTest
    @CsvSource({
        "a/2, 2, 6, 2, the key of a/1 in place of which another one stands",
        "a/3, 2, 6, 2, a key that was created earlier than it is known to be",
        "a/4, 2, 6, 2, a key that was changed and never created",
        "a/1, 6, 6, 1, a key that was created again and never deleted",
        "a/1, 2, 6, 1, a version that does not rise",
        "a/1, 2, 6, 3, a version that leaves one out",
        "a/1, 3, 6, 2, a key that was created at another revision",
        "a/4, 6, 6, 2, a new key of a second version",
    })
    void aPutThatCannotFollowIsNotShownButReadAgain(String key, long created, long changed, long version, String what) {
        changed(put(key, created, changed, version));

        assertThat(rig.told()).as(what).isEmpty();
        assertThat(rig.phase()).as(what).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(store).told()).containsExactly("resynced MISFIT 1 @6");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y", "a/3=z");
    }

    @Test
    void theDeletionOfAKeyThatIsNotThereIsReadAgain() {
        changed(deletion("a/9", 6));

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
    }

    @Test
    void nothingOfABatchIsShownWhereOneChangeMisfits() {
        changed(put("a/1", 2, 6, 2), deletion("a/1", 7), deletion("a/1", 8));

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.content().revision()).isEqualTo(5);
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
    }

    @Test
    void aMisfitAmongChangesThatWaitedForAProofIsReadAgain() {
        rig.broken().created(store, true);
        changed(put("a/3", 2, 6, 2));
        rig.recalled(store);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.state.waiting().isEmpty()).isTrue();
    }

    @Test
    void whatComesAfterAMisfitWasBelievedIsNoNewEpoch() {
        changed(put("a/9", 6, 6, 1));
        assertThat(rig.told()).containsExactly("up a/9=x");
        store.put("a/1", "more", 11);

        rig.catchUp(store);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(store).told())
                .containsExactly("resynced MISFIT 1 @7", "down a/9=x UNKNOWN @7", "updated a/1=x->more");
    }

    @Test
    void aKeyThatComesAndGoesAndComesWithinABatchFits() {
        store.delete("a/1");
        store.put("a/1", "again", 14);
        store.put("a/1", "more", 14);

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("down a/1=x EXPIRED @7", "up a/1=again", "updated a/1=again->more");
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }
}
