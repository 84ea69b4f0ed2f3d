package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;

/**
 * What a role may do with a range of keys. Key and end are kept as they were given, for they are shown so, and taken away by them.
 *
 * @param key the first key
 * @param rangeEnd etcd's {@code range_end}; empty for that one key
 */
public record Permission(Kind kind, Bytes key, Bytes rangeEnd) {

    /** What may be done. */
    public enum Kind {
        READ,
        WRITE,
        READ_WRITE;

        boolean allows(Kind wanted) {
            return this == READ_WRITE || this == wanted;
        }
    }

    KeyRange range() {
        return KeyRange.of(key, rangeEnd);
    }

    boolean isValid() {
        return !key.isEmpty() && !range().isEmpty();
    }

    boolean isOf(Bytes otherKey, Bytes otherEnd) {
        return key.equals(otherKey) && rangeEnd.equals(otherEnd);
    }
}
