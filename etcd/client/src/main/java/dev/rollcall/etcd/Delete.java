package dev.rollcall.etcd;

/**
 * A deletion of a range of keys; immutable.
 *
 * @param range the keys to delete; deleting nothing is no error
 * @param previous whether the answer brings what was deleted
 */
public record Delete(KeyRange range, boolean previous) implements Op {

    /** Deletes a range. */
    public static Delete range(KeyRange range) {
        return new Delete(range, false);
    }

    /** Deletes one key. */
    public static Delete key(Bytes key) {
        return range(KeyRange.single(key));
    }

    /** Deletes one key. */
    public static Delete key(String key) {
        return key(Bytes.utf8(key));
    }

    /** With what was deleted in the answer. */
    public Delete withPrevious() {
        return new Delete(range, true);
    }
}
