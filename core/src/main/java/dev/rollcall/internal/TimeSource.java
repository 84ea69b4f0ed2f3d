package dev.rollcall.internal;

import java.time.Instant;

/**
 * Where time comes from.
 *
 * <p>Decisions rest on {@link #nanos()} alone, which never steps back; {@link #now()} is for people to read. Implementations are safe for use by
 * several threads.
 */
public interface TimeSource {

    /** Nanoseconds since an arbitrary origin, monotonic. Compare by difference only. */
    long nanos();

    /** The time of day, for display. It may jump. */
    Instant now();

    /** The machine's own clocks. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
