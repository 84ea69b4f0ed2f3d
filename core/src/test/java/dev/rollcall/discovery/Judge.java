package dev.rollcall.discovery;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Knows every history of the store, and holds each step of a reducer against what must always be true. */
final class Judge {

    private final Rig rig;
    private final List<Store> histories;
    private final Map<Bytes, String> told = new TreeMap<>();
    private final Map<Bytes, Long> lastMod = new HashMap<>();
    private final Set<String> seenInEpoch = new HashSet<>();
    private int shownHistory;

    Judge(Rig rig, List<Store> histories) {
        this.rig = rig;
        this.histories = histories;
    }

    void judge(ViewState<Word> before, ViewEvent event) {
        Content<Word> content = rig.state.content();
        noTimeTravel(before.content(), content);
        anEpochIsOneHistory(before, content);
        wholeRevision(content);
        listenersKnowWhatIsShown(content);
        shownIsTruthAndHeld(content);
        anAbsentStoreChangesNothing(before, event);
        aNewEpochTakesNobodyDown(before.content(), content);
        holdsEnd(content);
        staleWhereBroken();
        noFalseDifference(before.audit());
    }

    /** V2. */
    private void noTimeTravel(Content<Word> before, Content<Word> after) {
        if (after.epoch() == before.epoch()) {
            check(after.revision() >= before.revision(), "the revision fell to " + after.revision());
            return;
        }
        check(after.epoch() == before.epoch() + 1, "epochs were skipped");
        boolean announced = !rig.changes.isEmpty() && rig.changes.get(0) instanceof Change.Resynced;
        check(announced || !before.known(), "an epoch was not announced");
        seenInEpoch.clear();
        lastMod.clear();
    }

    /** Two clusters may take turns, and a past that is compacted away tells nothing. */
    private void anEpochIsOneHistory(ViewState<Word> before, Content<Word> after) {
        Content<Word> known = before.content();
        boolean oneCluster = histories.stream().noneMatch(history -> history.cluster == World.STRANGER);
        if (!oneCluster || (known.truth() == after.truth() && known.epoch() == after.epoch())) {
            return;
        }
        List<Integer> like = historiesLike(after);
        if (after.epoch() > known.epoch()) {
            boolean later = like.stream().anyMatch(index -> index > shownHistory);
            check(later || !known.known(), "an epoch of a history that was shown before");
        } else {
            boolean goesOn = like.stream().map(histories::get).anyMatch(history -> wasLike(history, before));
            boolean forgotten = histories.get(histories.size() - 1).compacted > known.revision();
            check(goesOn || forgotten, "another history in the same epoch");
        }
        shownHistory =
                like.stream().filter(index -> index >= shownHistory).findFirst().orElse(shownHistory);
    }

    /** At the view's revision, or when the store last said that nothing is to come. */
    private static boolean wasLike(Store history, ViewState<Word> state) {
        Content<Word> content = state.content();
        List<KeyValue> truth = content.truth().values();
        return history.at(content.revision()).equals(truth)
                || history.at(state.promised()).equals(truth);
    }

    /** V3. */
    private void wholeRevision(Content<Word> content) {
        check(!content.known() || !historiesLike(content).isEmpty(), "no history was ever like this");
    }

    /** The numbers of the histories that were like this at its revision. */
    private List<Integer> historiesLike(Content<Word> content) {
        List<Integer> found = new ArrayList<>();
        for (Store history : histories) {
            if (content.revision() <= history.revision
                    && history.at(content.revision()).equals(content.truth().values())) {
                found.add(histories.indexOf(history));
            }
        }
        return found;
    }

    /** V4, V5, V6, V8. */
    private void listenersKnowWhatIsShown(Content<Word> content) {
        for (Change<Word> change : rig.changes) {
            if (change instanceof Change.Up<Word> up) {
                check(told.put(up.entry().key(), up.entry().text()) == null, "up twice: " + up);
                written(up.entry());
            } else if (change instanceof Change.Updated<Word> updated) {
                String known = told.put(updated.after().key(), updated.after().text());
                check(updated.before().text().equals(known), "updated from what was not told: " + updated);
                check(!updated.after().text().equals(known), "updated to the same: " + updated);
                written(updated.after());
            } else if (change instanceof Change.Down<Word> down) {
                String known = told.remove(down.last().key());
                check(down.last().text().equals(known), "down of what was not told: " + down);
                boolean another = rig.changes.stream()
                        .anyMatch(later -> later instanceof Change.Up<Word> up
                                && up.entry().key().equals(down.last().key()));
                KeyValue there = content.truth().get(down.last().key());
                boolean unreadable = content.quarantined().contains(down.last().key());
                check(another || there == null || unreadable, "down of a key that is there: " + down);
                boolean leaving = down.last().text().equals("leaving");
                check(leaving || down.cause() != DownCause.DEREGISTERED, "not deregistered: " + down);
            }
        }
        check(told.size() == content.shown().size(), "more or less was told than is shown");
        for (Word word : content.shown().values()) {
            check(word.text().equals(told.get(word.key())), "was not told: " + word);
        }
    }

    private void written(Word word) {
        check(
                histories.stream().anyMatch(history -> history.wrote(word.key(), word.modRevision(), word.text())),
                "was never written: " + word);
        check(seenInEpoch.add(word.key() + "@" + word.modRevision()), "told twice: " + word);
        Long last = lastMod.put(word.key(), word.modRevision());
        check(last == null || last < word.modRevision(), "older than what was told: " + word);
    }

    /** V1 at each step, V13. */
    private void shownIsTruthAndHeld(Content<Word> content) {
        for (KeyValue kv : content.truth().values()) {
            String text = kv.value().utf8();
            boolean readable = !text.startsWith("bad") && !text.equals("explodes");
            check(content.quarantined().contains(kv.key()) != readable, "wrongly in quarantine or not: " + kv);
            check(!content.holds().contains(kv.key()), "held though it is there: " + kv);
            Word shown = content.shown().get(kv.key());
            boolean same = shown != null
                    && shown.text().equals(text)
                    && shown.modRevision() == kv.modRevision()
                    && shown.lease().equals(kv.lease());
            check(same || !readable, "not shown as it is: " + kv);
        }
        for (Bytes key : content.shown().keys()) {
            check(content.truth().contains(key) || content.holds().contains(key), "a zombie: " + key);
        }
        for (Bytes key : content.holds().keys()) {
            check(content.shown().contains(key), "held, and not shown: " + key);
        }
    }

    /** V11. */
    private void anAbsentStoreChangesNothing(ViewState<Word> before, ViewEvent event) {
        boolean brings = event instanceof ViewEvent.Listed
                || event instanceof ViewEvent.Changed
                || event instanceof ViewEvent.Recalled
                || event instanceof ViewEvent.Progress
                || event instanceof ViewEvent.Audited;
        if (!brings && rig.phase() != Phase.LIVE) {
            check(rig.changes.isEmpty(), "told something without news");
            check(rig.state.content().shown() == before.content().shown(), "showed something else without news");
        }
    }

    /** V12. */
    private void aNewEpochTakesNobodyDown(Content<Word> before, Content<Word> after) {
        if (rig.rules.guarded() && before.known() && after.epoch() > before.epoch()) {
            check(rig.changes.stream().noneMatch(change -> change instanceof Change.Down), "a wipe took somebody down");
        }
    }

    /** V12: the hold ends. */
    private void holdsEnd(Content<Word> content) {
        long age = rig.nanos - rig.state.provenAt().nanos();
        boolean certain = rig.phase() == Phase.LIVE && age < Rig.PROOF.certainFor();
        for (Hold hold : content.holds().values()) {
            long left = hold.deadline() - rig.nanos;
            check(left <= Rig.HOLD && (left > 0 || !certain), "held for too long: " + hold);
            boolean stale = rig.state.freshness() == Freshness.STALE;
            check(
                    stale || rig.phase() != Phase.LIVE || hold.latest() - rig.nanos > 0,
                    "held beyond the bound: " + hold);
        }
    }

    /** V10. */
    private void staleWhereBroken() {
        long age = rig.nanos - rig.state.provenAt().nanos();
        boolean mayBeFresh = rig.phase().follows() && age < Rig.PROOF.staleAfter();
        check(mayBeFresh == (rig.state.freshness() != Freshness.STALE), "not honest about " + rig.phase());
    }

    /** A store that delivers everything in time is never found to have left something out. */
    private void noFalseDifference(AuditState before) {
        if (rig.state.audit().tally().differences() > before.tally().differences()) {
            AuditState.Running running = before.running();
            boolean late = running != null && rig.nanos - running.foundAt() >= SnapshotReducer.SETTLING;
            check(late, "a false difference");
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise + "; told " + rig.told() + ", shown " + rig.shown() + " at "
                    + rig.state.content().revision());
        }
    }
}
