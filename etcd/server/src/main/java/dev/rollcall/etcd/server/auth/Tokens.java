package dev.rollcall.etcd.server.auth;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens by which users are known, for as long as they are used and the server runs. Safe for use by several threads; instants are
 * nanoseconds of the caller's clock.
 */
public final class Tokens {
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private long sweptAt;

    /** Makes a token known, until it has not been used for so many nanoseconds; forgets those whose time is up. One thread at a time. */
    public void add(String token, String user, long ttlNanos, long now) {
        if (now - sweptAt > ttlNanos / 4) {
            sweptAt = now;
            known.values().removeIf(old -> old.isOver(now));
        }
        known.put(token, new Known(user, ttlNanos, now));
    }

    /** The user whose token this is, which by this lives its full time again; null when it is nobody's. */
    public @Nullable String use(String token, long now) {
        Known found = known.get(token);
        if (found == null || found.isOver(now)) {
            return null;
        }
        found.usedAt = now;
        return found.user;
    }

    /** Forgets the tokens of a user. */
    public void forget(String user) {
        known.values().removeIf(token -> token.user.equals(user));
    }

    /** Forgets all. */
    public void forgetAll() {
        known.clear();
    }

    private static final class Known {
        private final String user;
        private final long ttlNanos;
        private volatile long usedAt;

        Known(String user, long ttlNanos, long now) {
            this.user = user;
            this.ttlNanos = ttlNanos;
            this.usedAt = now;
        }

        boolean isOver(long now) {
            return now - usedAt >= ttlNanos;
        }
    }
}
