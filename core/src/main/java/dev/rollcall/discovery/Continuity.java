package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyValue;
import java.util.List;

/**
 * Whether a store still tells the past that a view knows.
 *
 * <p>A wiped store may come back with the same cluster id, and its revision may have passed the view's before anybody looks; only its keys give
 * it away.
 */
final class Continuity {

    private Continuity() {}

    /** Whether the range, read as it was at the view's revision, is what the view has. */
    static boolean same(Content<?> content, List<KeyValue> recalled) {
        KeyOrder<KeyValue> truth = content.truth();
        if (truth.size() != recalled.size()) {
            return false;
        }
        boolean values = needsValues(content);
        for (KeyValue kv : recalled) {
            KeyValue mine = truth.get(kv.key());
            if (mine == null || !sameWrite(mine, kv) || (values && !mine.value().equals(kv.value()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a later list of the range may have grown out of what the view has: what was not written since is unchanged. */
    static boolean couldFollow(Content<?> content, List<KeyValue> later) {
        for (KeyValue kv : later) {
            KeyValue mine = content.truth().get(kv.key());
            boolean old = kv.modRevision() <= content.revision();
            if (old && (mine == null || !sameWrite(mine, kv) || !mine.value().equals(kv.value()))) {
                return false;
            }
            boolean olderThanView = kv.createRevision() <= content.revision();
            if (olderThanView && (mine == null || mine.createRevision() != kv.createRevision())) {
                return false;
            }
        }
        return true;
    }

    /** Lease ids are never drawn twice, so that equal ones prove equal writes; a key without a lease must show its value. */
    static boolean needsValues(Content<?> content) {
        for (KeyValue kv : content.truth().values()) {
            if (kv.lease().isNone()) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameWrite(KeyValue a, KeyValue b) {
        return a.modRevision() == b.modRevision()
                && a.createRevision() == b.createRevision()
                && a.version() == b.version()
                && a.lease().equals(b.lease());
    }
}
