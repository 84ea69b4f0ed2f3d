package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.ArrayList;
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
 * @param stage what it waits for
 * @param stageAt since when
 * @param askedAt when the youngest one was asked
 * @param verified up to this revision the view is known to have had every event
 * @param baseRevision the revision of {@code base}
 * @param base what the view had when it was asked
 * @param delivered the changes delivered since
 * @param found the answer, while changes that it tells of may still be under way
 * @param passed how many audits found the view to be right
 * @param differences how many found it to be wrong
 * @param keys in how many keys the last of these
 */
record AuditState(
        long ticket,
        Stage stage,
        long stageAt,
        long askedAt,
        long verified,
        long baseRevision,
        KeyOrder<KeyValue> base,
        List<WatchBatch> delivered,
        @Nullable Found found,
        long passed,
        long differences,
        int keys) {

    /** The most events that are remembered; an audit that takes longer is given up. */
    static final int MOST_EVENTS = 50_000;

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

    static AuditState none(long now) {
        return new AuditState(0, Stage.RESTING, now, now, 0, 0, KeyOrder.empty(), List.of(), null, 0, 0, 0);
    }

    AuditState asked(Content<?> content, long now) {
        return new AuditState(
                ticket + 1,
                Stage.ASKED,
                now,
                now,
                verified,
                content.revision(),
                content.truth(),
                List.of(),
                null,
                passed,
                differences,
                keys);
    }

    AuditState answered(Found answer, long now) {
        return new AuditState(
                ticket,
                Stage.SETTLING,
                now,
                askedAt,
                verified,
                baseRevision,
                base,
                delivered,
                answer,
                passed,
                differences,
                keys);
    }

    AuditState delivered(WatchBatch batch) {
        if (stage == Stage.RESTING) {
            return this;
        }
        int events = batch.events().size();
        for (WatchBatch earlier : delivered) {
            events += earlier.events().size();
        }
        if (events > MOST_EVENTS) {
            return over(verified, passed, differences, keys);
        }
        List<WatchBatch> longer = new ArrayList<>(delivered);
        longer.add(batch);
        return new AuditState(
                ticket,
                stage,
                stageAt,
                askedAt,
                verified,
                baseRevision,
                base,
                List.copyOf(longer),
                found,
                passed,
                differences,
                keys);
    }

    /** Without the one under way, whose answer does not count any more. */
    AuditState dropped() {
        return stage == Stage.RESTING ? this : over(verified, passed, differences, keys);
    }

    AuditState passed(long revision) {
        return over(revision, passed + 1, differences, keys);
    }

    AuditState failed(int differing) {
        return over(verified, passed, differences + 1, differing);
    }

    /** After the whole range was read at a revision. */
    AuditState listed(long revision) {
        return over(revision, passed, differences, keys);
    }

    private AuditState over(long verifiedNow, long passes, long fails, int differing) {
        return new AuditState(
                ticket,
                Stage.RESTING,
                stageAt,
                askedAt,
                verifiedNow,
                0,
                KeyOrder.empty(),
                List.of(),
                null,
                passes,
                fails,
                differing);
    }

    /** In how many keys the view, as far as changes were delivered, differs from the answer. */
    int differing(Found answer) {
        KeyOrder<KeyValue> mine = asOf(answer.revision());
        Set<Bytes> changed = new HashSet<>();
        long wrong = 0;
        for (KeyValue kv : answer.changed()) {
            KeyValue own = mine.get(kv.key());
            wrong += own != null && Continuity.sameWrite(own, kv) ? 0 : 1;
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

    /** What the view had at the revision of the answer, if it was told of everything up to it. */
    private KeyOrder<KeyValue> asOf(long revision) {
        KeyOrder.Edit<KeyValue> then = base.edit();
        long known = baseRevision;
        for (WatchBatch batch : delivered) {
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
