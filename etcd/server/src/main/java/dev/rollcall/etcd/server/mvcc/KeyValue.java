package dev.rollcall.etcd.server.mvcc;

/**
 * One version of a key. A deletion is a version too, a tombstone: it has the key and the revision of the deletion, and version 0.
 *
 * @param createRevision revision in which this generation of the key began
 * @param modRevision revision of this version
 * @param version 1 for the first version of a generation; 0 for a tombstone
 * @param lease the lease the key was attached to by this version, 0 for none
 * @param place its place among the changes of its revision, from 0
 */
public record KeyValue(
        Bytes key, Bytes value, long createRevision, long modRevision, long version, long lease, int place) {

    /** A version that is the first change of its revision. */
    public KeyValue(Bytes key, Bytes value, long createRevision, long modRevision, long version, long lease) {
        this(key, value, createRevision, modRevision, version, lease, 0);
    }

    /** The same at another place in its revision. */
    public KeyValue at(int otherPlace) {
        return new KeyValue(key, value, createRevision, modRevision, version, lease, otherPlace);
    }

    static KeyValue tombstone(Bytes key, long revision, int place) {
        return new KeyValue(key, Bytes.EMPTY, 0, revision, 0, 0, place);
    }

    /** Whether this version says that the key was deleted. */
    public boolean isTombstone() {
        return version == 0;
    }

    /** Whether this version began a generation of the key. */
    public boolean isCreation() {
        return version != 0 && createRevision == modRevision;
    }

    KeyValue withoutValue() {
        return new KeyValue(key, Bytes.EMPTY, createRevision, modRevision, version, lease, place);
    }
}
