package dev.rollcall.etcd.server.machine;

import java.util.Comparator;

/**
 * A trouble that somebody must look at and disarm.
 *
 * @param memberId whose it is; any number is taken, as in etcd
 */
public record Alarm(long memberId, Kind kind) implements Comparable<Alarm> {

    /** What is wrong, and so refused: new data, or every write. */
    public enum Kind {
        NOSPACE,
        CORRUPT
    }

    @Override
    public int compareTo(Alarm other) {
        return Comparator.comparing(Alarm::kind)
                .thenComparing(Alarm::memberId, Long::compareUnsigned)
                .compare(this, other);
    }
}
