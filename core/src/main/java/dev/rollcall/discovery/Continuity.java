package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store still tells the past that a view knows.
 *
 * <p>A wiped store may come back with the same cluster id, and its revision may have passed the view's before anybody looks; only its keys give
 * it away.
 */
final class Continuity {

    private Continuity() {}

    /**
     * The question for the whole range as it was when the view last had everything.
     *
     * @param promised where this is later than the view's revision: what another history has written in between, the watch will never bring
     */
    static ViewAction.Recall wholeProof(long ticket, Content<?> content, long promised) {
        return new ViewAction.Recall(ticket, Math.max(content.revision(), promised), 0);
    }

    /**
     * The question for the last write of the range, for what was written after it, and for the number of all keys, as of the view's revision. The answer is
     * small, and another history hardly gives it, for its leases are others; where the last write has none, the whole range is asked for.
     */
    static ViewAction.Recall briefProof(long ticket, Content<?> content) {
        KeyValue last = lastWrite(content);
        return last == null || last.lease().isNone()
                ? wholeProof(ticket, content, content.revision())
                : new ViewAction.Recall(ticket, content.revision(), last.modRevision());
    }

    private static @Nullable KeyValue lastWrite(Content<?> content) {
        KeyValue last = null;
        for (KeyValue kv : content.truth().values()) {
            if (last == null || kv.modRevision() > last.modRevision()) {
                last = kv;
            }
        }
        return last;
    }

    /** Whether what was read as it was then is what the view has: a restored store may repeat a write with all its numbers, and another value. */
    static boolean same(Content<?> content, ViewEvent.Recalled recalled) {
        KeyOrder<KeyValue> truth = content.truth();
        ViewAction.Recall asked = recalled.asked();
        int mentioned = 0;
        for (KeyValue kv : truth.values()) {
            mentioned += kv.modRevision() >= asked.since() ? 1 : 0;
        }
        if (truth.size() != recalled.count() || mentioned != recalled.kvs().size()) {
            return false;
        }
        for (KeyValue kv : recalled.kvs()) {
            if (!kv.equals(truth.get(kv.key()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The question for the last write that is known, as of its own revision: whatever was missed after it, it was there then. Null where no key is known.
     */
    static ViewAction.@Nullable Recall lastWriteProof(long ticket, Content<?> content) {
        KeyValue last = lastWrite(content);
        return last == null ? null : new ViewAction.Recall(ticket, last.modRevision(), last.modRevision());
    }

    /** Whether the last write that is known is in what was read as it was then; its key may have been altered on the way to the view. */
    static boolean hasLastWrite(Content<?> content, ViewEvent.Recalled recalled) {
        KeyValue last = lastWrite(content);
        return last != null
                && recalled.kvs().stream()
                        .anyMatch(kv -> kv.modRevision() == last.modRevision()
                                && kv.lease().equals(last.lease())
                                && kv.value().equals(last.value()));
    }

    /**
     * Whether a later list of the range may have grown out of what the view has: what was not written since is unchanged.
     *
     * @param missed whether the view may have missed changes before its revision; then each key must at least be as old as the view has it
     */
    static boolean couldFollow(Content<?> content, List<KeyValue> later, boolean missed) {
        if (missed) {
            return later.stream().allMatch(kv -> couldSucceed(content.truth().get(kv.key()), kv));
        }
        for (KeyValue kv : later) {
            KeyValue mine = content.truth().get(kv.key());
            boolean old = kv.modRevision() <= content.revision();
            if (old && !kv.equals(mine)) {
                return false;
            }
            boolean olderThanView = kv.createRevision() <= content.revision();
            if (olderThanView && (mine == null || mine.createRevision() != kv.createRevision())) {
                return false;
            }
        }
        return true;
    }

    private static boolean couldSucceed(@Nullable KeyValue mine, KeyValue kv) {
        if (mine == null || kv.createRevision() > mine.modRevision()) {
            return true;
        }
        if (kv.modRevision() == mine.modRevision()) {
            return kv.equals(mine);
        }
        return kv.createRevision() == mine.createRevision()
                && kv.modRevision() > mine.modRevision()
                && kv.version() > mine.version();
    }
}
