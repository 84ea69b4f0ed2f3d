package dev.rollcall.etcd;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The times of the watch stream, in nanoseconds.
 *
 * @param members how many endpoints there are to choose from
 * @param silence how long nothing may be heard, and how old the last proof of freshness may be, before the store is asked
 * @param grace how long a silent store may think about a progress request before it is read as well
 * @param read how long that read may take before the member is left
 * @param opening how long the first answer of a new stream may take
 * @param idle how long a stream nobody uses is kept
 * @param steady how long a stream has to live for its end to count as the first failure
 * @param age how long a stream is kept; a permission is checked when a watch is created, and never again
 */
record WatchPace(int members, long silence, long grace, long read, long opening, long idle, long steady, long age) {

    private static final long NO_AGE = Long.MAX_VALUE / 4;

    /** The times for a store that may be silent so long before it is asked; a dead member is left 3 s after that. */
    static WatchPace of(int members, Duration silence) {
        return new WatchPace(
                members,
                silence.toNanos(),
                TimeUnit.SECONDS.toNanos(1),
                TimeUnit.SECONDS.toNanos(2),
                TimeUnit.SECONDS.toNanos(5),
                TimeUnit.SECONDS.toNanos(5),
                TimeUnit.SECONDS.toNanos(10),
                NO_AGE);
    }

    /** The same for a store that knows users: a stream is opened anew at least once an hour. */
    WatchPace withUsers() {
        return new WatchPace(members, silence, grace, read, opening, idle, steady, TimeUnit.HOURS.toNanos(1));
    }
}
