package dev.rollcall.registration;

import dev.rollcall.instance.InstanceId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to "am I visible?".
 *
 * @param visible whether every registration that is not closed is {@link RegistrationState#REGISTERED} at this moment; true where there is none
 * @param registrations where each of them stands
 * @param leaseRemaining how long the registrations surely stay visible without another word from the store; the shortest of several leases, zero
 *     where there is none
 * @param auditDifferences how many keys audits have found different from what was believed, since the beginning; they were mended
 * @param problem the reason of the first registration that is not registered, or the store's last error; empty while all is well
 */
public record RegistrarHealth(
        boolean visible,
        Map<InstanceId, RegistrationState> registrations,
        Duration leaseRemaining,
        long auditDifferences,
        Optional<String> problem) {

    /** Copies the map. */
    public RegistrarHealth {
        registrations = Map.copyOf(registrations);
    }
}
