package dev.rollcall.etcd;

import java.util.Optional;

/**
 * One change of one key.
 *
 * @param type put or delete
 * @param kv the key after the change; of a deleted one only key and {@link KeyValue#modRevision()} are told
 * @param previous what it was before, if asked for, if it existed, and if it was not compacted away
 */
public record WatchEvent(Type type, KeyValue kv, Optional<KeyValue> previous) {

    /** What happened to the key. */
    public enum Type {
        /** It was written. */
        PUT,
        /** It was deleted, or its lease ended. */
        DELETE
    }

    /** Whether the put made the key. */
    public boolean isCreate() {
        return type == Type.PUT && kv.createRevision() == kv.modRevision();
    }
}
