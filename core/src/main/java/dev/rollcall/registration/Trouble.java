package dev.rollcall.registration;

import dev.rollcall.etcd.EtcdException;
import dev.rollcall.internal.TimeSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong between a registrar and its store: logged at first, and then at most once in a minute until it goes well again. */
final class Trouble {

    private static final Logger log = LoggerFactory.getLogger(Trouble.class);
    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final TimeSource time;
    private volatile @Nullable EtcdException last;
    private long since;
    private long logged;
    private long failures;

    Trouble(TimeSource time) {
        this.time = time;
    }

    /** A call failed; {@code what} was not done. */
    void failed(String what, EtcdException error) {
        long now = time.nanos();
        boolean first = last == null;
        last = error;
        if (first) {
            since = now;
            failures = 0;
        }
        failures++;
        if (first || now - logged >= PAUSE) {
            logged = now;
            log.warn(
                    "cannot {}: {} ({}); will go on trying (failure {} in {} s)",
                    what,
                    error.getMessage(),
                    error.code(),
                    failures,
                    TimeUnit.NANOSECONDS.toSeconds(now - since));
        }
    }

    /** A call went well. */
    void worked() {
        if (last != null) {
            last = null;
            log.info(
                    "the store answers again, after {} failures in {} s",
                    failures,
                    TimeUnit.NANOSECONDS.toSeconds(time.nanos() - since));
        }
    }

    /** The last failure, where nothing went well since. Safe to ask from any thread. */
    @Nullable EtcdException last() {
        return last;
    }
}
