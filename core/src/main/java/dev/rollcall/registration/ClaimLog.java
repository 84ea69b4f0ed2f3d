package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.internal.LogLine;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes what becomes of registrations and leases: a line each, and of many within a minute the first few, then only their number. On the registrar's
 * serial executor.
 */
final class ClaimLog {

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);
    private static final int MOST_LINES = 5;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final RegistrarLoop loop;
    private final Map<String, Integer> unsaid = new TreeMap<>();
    private int lines;

    ClaimLog(RegistrarLoop loop) {
        this.loop = loop;
    }

    /** Tells of a step that a claim took. */
    void step(InstanceId who, Bytes key, KeyClaim before, KeyClaim after) {
        KeyClaim.Known known = after.known();
        String reason = after.reason();
        if (!before.isPresent() && after.isPresent()) {
            String what = before.wasPresent() ? "back" : "registered";
            say(Level.INFO, what, who, key, known.modRevision(), "lease " + known.lease() + ", " + reason);
        } else if (before.isPresent() && !after.isPresent() && !after.isLeaving()) {
            // The loss of a lease was said once, for all its keys.
            Level level = known.asOf() == before.known().asOf() ? Level.INFO : Level.WARN;
            say(level, "lost", who, key, known.asOf(), reason);
        }
        if (after.phase() == Phase.BLOCKED && !reason.equals(before.reason())) {
            say(Level.WARN, "conflict", who, key, known.modRevision(), reason + "; waiting until it is gone");
        } else if (after.phase() == Phase.ENDED && after.end() != End.LEFT) {
            say(Level.WARN, "given up", who, key, known.asOf(), reason);
        } else if (after.phase() == Phase.ENDED && before.wasPresent()) {
            say(Level.INFO, "deregistered", who, key, known.asOf(), "closed by its owner");
        }
    }

    private void say(Level level, String what, InstanceId who, Bytes key, long revision, String why) {
        if (mayWrite(what)) {
            log.atLevel(level).log(LogLine.of("{}: {} at {}, revision {}, {}", what, who, key, revision, why));
        }
    }

    /** Tells of a lease. */
    void lease(Level level, String format, Object... arguments) {
        if (mayWrite("leases")) {
            log.atLevel(level).log(LogLine.of(format, arguments));
        }
    }

    private boolean mayWrite(String what) {
        if (lines++ == 0) {
            loop.after(MINUTE.toNanos(), this::nextMinute);
        }
        if (lines <= MOST_LINES) {
            return true;
        }
        if (lines == MOST_LINES + 1) {
            loop.after(MOMENT.toNanos(), this::sum);
        }
        unsaid.merge(what, 1, Integer::sum);
        return false;
    }

    private void nextMinute() {
        sum();
        lines = 0;
    }

    /** Says how many were left out. */
    void sum() {
        if (!unsaid.isEmpty()) {
            log.info("and more within a minute: {}", unsaid);
            unsaid.clear();
        }
    }
}
