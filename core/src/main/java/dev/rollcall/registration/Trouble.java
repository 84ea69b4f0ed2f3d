package dev.rollcall.registration;

import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.internal.LogLine;
import dev.rollcall.internal.TimeSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong between a registrar and its store: logged at most once in a minute, and once more when it goes well again. */
final class Trouble {

    private static final Logger log = LoggerFactory.getLogger(Trouble.class);
    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final TimeSource time;
    private volatile @Nullable EtcdException last;
    private long since;
    private long logged;
    private boolean everLogged;
    private boolean told;
    private long failures;

    Trouble(TimeSource time) {
        this.time = time;
    }

    /** Whether the store answered, and will say the same until somebody changes something. */
    static boolean isRefusal(EtcdError code) {
        return switch (code) {
            case INVALID_ARGUMENT, TOO_LARGE, LEASE_TTL_TOO_LARGE, NO_SPACE, CORRUPT -> true;
            case PERMISSION_DENIED, UNAUTHENTICATED, AUTH_NOT_ENABLED, TLS, UNSUPPORTED_SERVER -> true;
            default -> false;
        };
    }

    /** A call failed; {@code what} was not done. */
    void failed(String what, EtcdException error) {
        long now = time.nanos();
        if (last == null) {
            since = now;
            failures = 0;
        }
        last = error;
        failures++;
        if (!everLogged || now - logged >= PAUSE) {
            everLogged = true;
            told = true;
            logged = now;
            log.warn(LogLine.of(
                    "cannot {} ({}, failure {} in {} s); will go on trying: {}",
                    what,
                    error.code(),
                    failures,
                    TimeUnit.NANOSECONDS.toSeconds(now - since),
                    error.getMessage()));
        }
    }

    /** A call went well. */
    void worked() {
        if (last != null) {
            last = null;
            if (told) {
                told = false;
                log.info(
                        "the store answers again, after {} failures in {} s",
                        failures,
                        TimeUnit.NANOSECONDS.toSeconds(time.nanos() - since));
            }
        }
    }

    /** The last failure, where nothing went well since. Safe to ask from any thread. */
    @Nullable EtcdException last() {
        return last;
    }
}
