package dev.rollcall.discovery;

import java.time.Duration;

/**
 * How a view shows losses; immutable, each method returns a changed copy.
 *
 * @param guarded whether losses that are too many at once are held back for a while; on by default
 * @param expiryGrace how long an expired instance is shown on in case its owner returns; zero by default, at most an hour
 */
public record ViewOptions(boolean guarded, Duration expiryGrace) {

    /** The guard on, no grace. */
    public static final ViewOptions DEFAULTS = new ViewOptions(true, Duration.ZERO);

    /** Checks the bounds. */
    public ViewOptions {
        if (expiryGrace.isNegative() || expiryGrace.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("an expiry grace lasts from 0 to 1 h, not " + expiryGrace);
        }
    }

    /** Every loss is shown at once, also those of a store that was wiped. */
    public ViewOptions withoutGuard() {
        return new ViewOptions(false, expiryGrace);
    }

    /** An expired instance is shown on for so long. */
    public ViewOptions withExpiryGrace(Duration grace) {
        return new ViewOptions(guarded, grace);
    }
}
