package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the audit of a view stands; immutable.
 *
 * <p>An audit asks for the keys that were changed after the revision that is verified already, and for the number of all. Who had every event has the
 * same: a put that was dropped shows in the keys, a deletion in the number. The answer is of the moment it was read at, so that it is compared with
 * what the view had when it asked and the changes delivered since.
 *
 * @param ticket the number of the youngest audit
 * @param askedAt when it was asked
 * @param verified up to this revision the view is known to have had every event
 * @param tally what came of the audits so far
 * @param running the one under way; null while the next one waits for its time
 */
record AuditState(
        long ticket,
        long askedAt,
        long verified,
        Tally tally,
        @Nullable Running running) {

    /** What an audit waits for. */
    enum Stage {
        /** For its time. */
        RESTING,
        /** For the answer. */
        ASKED,
        /** For changes that the answer tells of and the watch may yet deliver. */
        SETTLING
    }

    /**
     * An answer.
     *
     * @param revision what it was read at
     * @param changed the keys changed after the verified revision
     * @param count the number of all keys
     */
    record Found(long revision, List<KeyValue> changed, long count) {}

    /**
     * What came of the audits so far.
     *
     * @param passed how many found the view to be right
     * @param differences how many found it to be wrong
     * @param keys in how many keys the last of these
     */
    record Tally(long passed, long differences, int keys) {

        Tally right() {
            return new Tally(passed + 1, differences, keys);
        }

        Tally wrong(int differing) {
            return new Tally(passed, differences + 1, differing);
        }
    }

    /**
     * An audit under way.
     *
     * @param heard the highest revision that the store was heard to have reached when it was asked
     * @param baseRevision the revision of {@code base}
     * @param base what the view had when it was asked
     * @param delivered the changes delivered since
     * @param found the answer, while changes that it tells of may still be under way
     * @param foundAt since when there is an answer
     */
    record Running(
            long heard,
            long baseRevision,
            KeyOrder<KeyValue> base,
            Backlog delivered,
            @Nullable Found found,
            long foundAt) {

        Running with(Backlog longer) {
            return new Running(heard, baseRevision, base, longer, found, foundAt);
        }

        Running with(Found answer, long now) {
            return new Running(heard, baseRevision, base, delivered, answer, now);
        }

        Stage stage() {
            return found == null ? Stage.ASKED : Stage.SETTLING;
        }
    }

    static AuditState none(long now) {
        return new AuditState(0, now, 0, new Tally(0, 0, 0), null);
    }

    Stage stage() {
        return running == null ? Stage.RESTING : running.stage();
    }

    AuditState asked(Content<?> content, long heard, long now) {
        Running begun = new Running(heard, content.revision(), content.truth(), Backlog.EMPTY, null, now);
        return new AuditState(ticket + 1, now, verified, tally, begun);
    }

    AuditState answered(Found answer, long now) {
        return running == null ? this : with(running.with(answer, now));
    }

    /** Remembers what is delivered meanwhile; an audit during which that is too much is given up. */
    AuditState delivered(WatchBatch batch) {
        if (running == null) {
            return this;
        }
        Backlog longer = running.delivered().with(batch);
        return with(longer.isTooLarge() ? null : running.with(longer));
    }

    private AuditState with(@Nullable Running now) {
        return new AuditState(ticket, askedAt, verified, tally, now);
    }

    /** Without the one under way, whose answer does not count any more. */
    AuditState dropped() {
        return running == null ? this : with(null);
    }

    AuditState passed(long revision) {
        return new AuditState(ticket, askedAt, revision, tally.right(), null);
    }

    AuditState failed(int differing) {
        return new AuditState(ticket, askedAt, verified, tally.wrong(differing), null);
    }

    /** After the whole range was read at a revision. */
    AuditState listed(long revision) {
        return new AuditState(ticket, askedAt, revision, tally, null);
    }

    /** In how many keys the view, as far as changes were delivered, differs from the answer. */
    int differing(Running audit, Found answer) {
        KeyOrder<KeyValue> mine = asOf(audit, answer.revision());
        Set<Bytes> changed = new HashSet<>();
        long wrong = 0;
        for (KeyValue kv : answer.changed()) {
            KeyValue own = mine.get(kv.key());
            wrong += own != null && sameWrite(own, kv) ? 0 : 1;
            changed.add(kv.key());
        }
        long unchanged = 0;
        for (KeyValue kv : mine.values()) {
            if (!changed.contains(kv.key())) {
                wrong += kv.modRevision() > verified ? 1 : 0;
                unchanged += kv.modRevision() > verified ? 0 : 1;
            }
        }
        // Of the keys that nobody changed only the number is told.
        long unchangedThere = answer.count() - answer.changed().size();
        return (int) Math.min(Integer.MAX_VALUE, wrong + Math.abs(unchanged - unchangedThere));
    }

    /** Whether two have the same numbers; of the values nothing is said. */
    private static boolean sameWrite(KeyValue a, KeyValue b) {
        return a.modRevision() == b.modRevision()
                && a.createRevision() == b.createRevision()
                && a.version() == b.version()
                && a.lease().equals(b.lease());
    }

    /** What the view had at the revision of the answer, if it was told of everything up to it. */
    private static KeyOrder<KeyValue> asOf(Running audit, long revision) {
        KeyOrder.Edit<KeyValue> then = audit.base().edit();
        long known = audit.baseRevision();
        for (WatchBatch batch : audit.delivered().batches()) {
            long reached = known;
            for (WatchEvent event : batch.events()) {
                KeyValue kv = event.kv();
                if (kv.modRevision() <= known || kv.modRevision() > revision) {
                    continue;
                }
                reached = kv.modRevision();
                if (event.type() == WatchEvent.Type.PUT) {
                    then.put(kv.key(), kv);
                } else {
                    then.remove(kv.key());
                }
            }
            known = reached;
        }
        return then.done();
    }
}
