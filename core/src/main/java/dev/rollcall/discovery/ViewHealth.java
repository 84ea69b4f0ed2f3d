package dev.rollcall.discovery;

import java.time.Duration;
import java.util.Optional;

/**
 * How a view or a follower fares.
 *
 * @param name the service or directory
 * @param known whether the store was read at all
 * @param freshness how far what is shown can be believed
 * @param age the time since it was last known to be right
 * @param epoch which history of the store is shown
 * @param revision the store's revision that is shown
 * @param entries the number of entries shown
 * @param held how many of them are gone from the store and held back
 * @param quarantined the number of keys that cannot be read
 * @param lists how often the whole range was taken in; more than once means resynced
 * @param audits how many audits found the view to be right
 * @param auditDifferences how many found changes that the watch had not delivered, and mended the view
 * @param listenerFailures how often listeners threw, or their executor refused
 * @param lastError what the store last refused or failed to do; empty where nothing failed since the view was last known to be right
 */
public record ViewHealth(
        String name,
        boolean known,
        Freshness freshness,
        Duration age,
        long epoch,
        long revision,
        int entries,
        int held,
        int quarantined,
        long lists,
        long audits,
        long auditDifferences,
        long listenerFailures,
        Optional<String> lastError) {

    /** An error as the end of a sentence; empty where there is none. */
    static String ending(Optional<String> lastError) {
        return lastError.map(error -> ": " + error).orElse("");
    }
}
