package dev.rollcall.etcd.server.machine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When the past is forgotten without anybody asking, in etcd's two ways or not at all. Belongs to one thread; instants are nanoseconds of
 * the caller's clock.
 */
public final class AutoCompaction {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long REVISION_INTERVAL = TimeUnit.MINUTES.toNanos(5);
    private static final int SAMPLES = 10;

    private final Rule rule;
    private final ArrayDeque<Long> samples = new ArrayDeque<>();
    private boolean started;
    private long wait;
    private long last;
    private long next;
    private long done;

    /** Begins to count at the first call of {@link #due}. */
    public AutoCompaction(Rule rule) {
        this.rule = rule;
        this.wait = rule.amount;
    }

    /**
     * Which past is forgotten.
     *
     * @param mode by age, by number, or none
     * @param amount nanoseconds or revisions to keep
     */
    public record Rule(Mode mode, long amount) {
        /** etcd's default. */
        public static final Rule OFF = new Rule(Mode.OFF, 0);

        /** Keeps what was true since so long ago, and up to a tenth more; first looked at after that time, then once an hour at most. */
        public static Rule periodic(Duration age) {
            return new Rule(Mode.PERIODIC, age.toNanos());
        }

        /** Keeps so many revisions; looked at every five minutes. */
        public static Rule revisions(long count) {
            return new Rule(Mode.REVISION, count);
        }
    }

    /** How the past is measured. */
    public enum Mode {
        OFF,
        PERIODIC,
        REVISION
    }

    /** The revision to compact at now, if it is time; to be asked often. */
    public OptionalLong due(long now, long revision) {
        if (rule.mode == Mode.OFF) {
            return OptionalLong.empty();
        }
        if (!started) {
            started = true;
            last = now;
            next = now + interval();
            samples.add(revision);
        }
        if (now - next < 0) {
            return OptionalLong.empty();
        }
        next = now + interval();
        return rule.mode == Mode.PERIODIC ? byAge(now, revision) : byNumber(revision);
    }

    private OptionalLong byAge(long now, long revision) {
        OptionalLong due = OptionalLong.empty();
        if (now - last >= wait) {
            due = OptionalLong.of(samples.element());
            last = now;
            wait = Math.min(rule.amount, HOUR);
        }
        samples.add(revision);
        if (samples.size() > rule.amount / interval() + 1) {
            samples.remove();
        }
        return due;
    }

    private OptionalLong byNumber(long revision) {
        long at = revision - rule.amount;
        if (at <= 0 || at == done) {
            return OptionalLong.empty();
        }
        done = at;
        return OptionalLong.of(at);
    }

    private long interval() {
        return rule.mode == Mode.PERIODIC ? Math.min(rule.amount, HOUR) / SAMPLES : REVISION_INTERVAL;
    }
}
