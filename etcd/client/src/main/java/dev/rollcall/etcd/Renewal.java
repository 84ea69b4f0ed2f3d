package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When a lease is renewed, whom to ask, and what to believe: pure, one for each lease.
 *
 * <pre>
 *               answer, time left                answer, time left
 *            .--------------------.            .-------------------.
 *            v                    |            |                   |
 *   start -&gt; HELD ----------------'            |                   |
 *             |  ^                             |                   |
 *             |  '-----------------------------'                   |
 *             |  deadline passes                                   |
 *             |-----------------------------------------&gt; SUSPECT -'
 *             |                                              |
 *             | answer: no such lease                        | answer: no such lease
 *             v                                              v
 *            LOST                                           LOST
 *
 *   close: HELD, SUSPECT -&gt; CLOSED.     LOST and CLOSED are final.
 * </pre>
 *
 * The step to SUSPECT is told even if the answer that brings the lease back comes before anybody looked at the clock.
 *
 * <p>A round begins when a third of the time to live is over: one member is asked, after {@link #HEDGE_NANOS} without an answer all
 * others, then everyone each {@link #HEDGE_NANOS}, until one answers. What was acknowledged counts from the sending of the request.
 *
 * <p>An answer in a lower raft term than one seen before, or of another cluster, is not believed: it may come from a leader that does not know that it
 * was voted out, or from an endpoint that does not belong here. If nothing better comes for {@link #DOUBT_NANOS} it is the truth
 * after all: the store was wiped or restored.
 *
 * @param state what is known
 * @param ttlNanos the time to live
 * @param deadline until when the lease surely lives
 * @param askAt when to ask next
 * @param asked how often was asked in this round; 0 between rounds
 * @param header of the last answer that was believed
 * @param doubtSince since when only answers came that are not believed; meaningful while {@code doubted}
 * @param doubted whether that is so
 */
record Renewal(
        KeepAlive.State state,
        long ttlNanos,
        long deadline,
        long askAt,
        int asked,
        Header header,
        long doubtSince,
        boolean doubted) {

    /** How long an answer may take before others are asked. */
    static final long HEDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How long unbelievable answers must go on to be believed. */
    static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whom to ask. */
    enum Ask {
        /** Nobody. */
        NOBODY,
        /** The member that answered last. */
        ONE,
        /** Every member but that one; it alone if there is no other. */
        OTHERS,
        /** Every member. */
        ALL
    }

    /** What happens to a lease. */
    sealed interface Event permits Woken, Answered, Failed, Closed {}

    /** Time passed: at {@link Renewal#wakeAt()}, or later. */
    record Woken() implements Event {}

    /**
     * A member answered.
     *
     * @param sentAt when the request was sent
     * @param ttlNanos the time to live it told; zero or less for "no such lease"
     * @param header of the answer
     * @param floor the highest term that this client has seen, on any lease
     */
    record Answered(long sentAt, long ttlNanos, Header header, long floor) implements Event {}

    /** A stream on which the lease was to be renewed broke. */
    record Failed() implements Event {}

    /** The handle was closed. */
    record Closed() implements Event {}

    /**
     * What follows.
     *
     * @param next the state from now on
     * @param ask whom to ask now
     * @param told the states that the listener is told, in order
     */
    record Step(Renewal next, Ask ask, List<KeepAlive.State> told) {}

    /** A lease that was granted; its time counts from {@code askedAt}, when it was asked for. */
    static Renewal of(Header granted, long ttlNanos, long askedAt, double jitter) {
        long next = askedAt + third(ttlNanos, jitter);
        return new Renewal(KeepAlive.State.HELD, ttlNanos, askedAt + ttlNanos, next, 0, granted, 0, false);
    }

    /** A third of the time to live, spread by a tenth up and down. */
    private static long third(long ttlNanos, double jitter) {
        return (long) (ttlNanos / 3.0 * (0.9 + 0.2 * jitter));
    }

    /** Whether nothing happens any more. */
    boolean isFinal() {
        return state == KeepAlive.State.LOST || state == KeepAlive.State.CLOSED;
    }

    /** When {@link Woken} is due. */
    long wakeAt() {
        return state == KeepAlive.State.HELD && deadline - askAt < 0 ? deadline : askAt;
    }

    /** What is known at this moment. */
    KeepAlive.State stateAt(long now) {
        return state == KeepAlive.State.HELD && now - deadline >= 0 ? KeepAlive.State.SUSPECT : state;
    }

    /**
     * What an event changes.
     *
     * @param now the time
     * @param jitter from 0 to 1
     */
    Step step(Event event, long now, double jitter) {
        if (isFinal()) {
            return new Step(this, Ask.NOBODY, List.of());
        }
        if (event instanceof Answered answer) {
            return answered(answer, now, jitter);
        } else if (event instanceof Failed) {
            return failed(now);
        } else if (event instanceof Closed) {
            return new Step(in(KeepAlive.State.CLOSED), Ask.NOBODY, List.of(KeepAlive.State.CLOSED));
        }
        return woken(now);
    }

    private Step woken(long now) {
        KeepAlive.State seen = stateAt(now);
        List<KeepAlive.State> told = seen == state ? List.of() : List.of(seen);
        if (now - askAt < 0) {
            return new Step(in(seen), Ask.NOBODY, told);
        }
        Ask ask = switch (asked) {
            case 0 -> Ask.ONE;
            case 1 -> Ask.OTHERS;
            default -> Ask.ALL;
        };
        int times = Math.min(asked + 1, 2);
        Renewal next = new Renewal(seen, ttlNanos, deadline, now + HEDGE_NANOS, times, header, doubtSince, doubted);
        return new Step(next, ask, told);
    }

    /** The first break of a round is answered by asking the others at once; later ones wait for the next time. */
    private Step failed(long now) {
        if (asked != 1) {
            return new Step(this, Ask.NOBODY, List.of());
        }
        Renewal next = new Renewal(state, ttlNanos, deadline, now, asked, header, doubtSince, doubted);
        return next.step(new Woken(), now, 0);
    }

    private Step answered(Answered answer, long now, double jitter) {
        boolean strange = answer.header().clusterId() != header.clusterId()
                || Long.compareUnsigned(answer.header().raftTerm(), header.raftTerm()) < 0
                || Long.compareUnsigned(answer.header().raftTerm(), answer.floor()) < 0;
        if (strange && !(doubted && now - doubtSince >= DOUBT_NANOS)) {
            long since = doubted ? doubtSince : now;
            return new Step(
                    new Renewal(state, ttlNanos, deadline, askAt, asked, header, since, true), Ask.NOBODY, List.of());
        }
        if (answer.ttlNanos() <= 0) {
            return new Step(
                    new Renewal(KeepAlive.State.LOST, ttlNanos, deadline, askAt, 0, answer.header(), 0, false),
                    Ask.NOBODY,
                    List.of(KeepAlive.State.LOST));
        }
        long promised = answer.sentAt() + answer.ttlNanos();
        long until = promised - deadline > 0 ? promised : deadline;
        boolean alive = now - until < 0;
        KeepAlive.State known = alive ? KeepAlive.State.HELD : KeepAlive.State.SUSPECT;
        long next = alive ? answer.sentAt() + third(answer.ttlNanos(), jitter) : now;
        List<KeepAlive.State> told = new ArrayList<>();
        KeepAlive.State before = stateAt(now);
        if (before != state) {
            told.add(before);
        }
        if (known != before || answer.header().raftTerm() != header.raftTerm()) {
            told.add(known);
        }
        return new Step(
                new Renewal(known, answer.ttlNanos(), until, next, 0, answer.header(), 0, false), Ask.NOBODY, told);
    }

    private Renewal in(KeepAlive.State newState) {
        return new Renewal(newState, ttlNanos, deadline, askAt, asked, header, doubtSince, doubted);
    }
}
