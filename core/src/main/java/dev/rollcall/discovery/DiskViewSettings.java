package dev.rollcall.discovery;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where views are kept on disk; immutable.
 *
 * <p>One directory serves one store, and any number of processes of one user. It is made where it is missing, readable by its owner only. A file for
 * each view holds keys and values as the store has them.
 *
 * @param dir the directory; no link, and nobody but its owner may write to it
 * @param maxAge how long ago a view may have been known to be right to begin with it; more than 0, at most a year
 */
public record DiskViewSettings(Path dir, Duration maxAge) {

    /** A week. */
    public static final Duration DEFAULT_MAX_AGE = Duration.ofDays(7);

    private static final Duration LONGEST = Duration.ofDays(366);

    /** Checks the bounds. */
    public DiskViewSettings {
        if (maxAge.isNegative() || maxAge.isZero() || maxAge.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a disk view may be older than 0 and up to a year, not " + maxAge);
        }
        dir = dir.toAbsolutePath();
    }
}
