package dev.rollcall.cli.demo;

import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.List;

/**
 * Where the demo plays.
 *
 * @param endpoints the etcd
 * @param prefix what stands before every key; empty on a server of our own
 */
record Scene(List<String> endpoints, String prefix) {

    /** How long a worker is believed without a sign of life. */
    static final Duration LEASE = Duration.ofSeconds(3);

    Rollcall connect() {
        return Rollcall.builder(endpoints.toArray(String[]::new))
                .prefix(prefix)
                .leaseTime(LEASE)
                .connect();
    }
}
