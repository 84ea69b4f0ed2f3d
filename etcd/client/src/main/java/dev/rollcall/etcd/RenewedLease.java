package dev.rollcall.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A lease that {@link Renewals} keep alive: carries events to its {@link Renewal}, and what follows to streams, timer and listener. */
final class RenewedLease implements KeepAlive {

    private final Session session;
    private final Renewals renewals;
    private final LeaseId lease;
    private final long grantedNanos;
    private final KeepAliveListener listener;
    private final Executor lane;
    private final CompletableFuture<State> ended = new CompletableFuture<>();
    /** Written before {@link #renewal}, so that who sees the lease held again sees the lapse too. */
    private volatile long lapses;

    private volatile Renewal renewal;
    private volatile boolean closed;
    private Loop.@Nullable Timer timer;

    RenewedLease(Session session, Renewals renewals, LeaseGrant grant, KeepAliveListener listener) {
        this.session = session;
        this.renewals = renewals;
        this.lease = grant.id();
        this.grantedNanos = grant.ttl().toNanos();
        this.listener = listener;
        this.lane = session.callbacks().serial();
        Loop loop = session.loop();
        long since = grant.askedAt().orElseGet(loop::now);
        this.renewal = Renewal.of(grant.header(), grantedNanos, since, loop.random());
    }

    /** Begins; on the loop. */
    void begin(Header granted) {
        if (closed || session.isClosed()) {
            happened(new Renewal.Closed());
        } else {
            renewals.add(this, granted);
            wakeAgain();
        }
    }

    /** Ends without the loop, which may have been closed before {@link #begin}. */
    void abandon() {
        ended.complete(State.CLOSED);
    }

    long id() {
        return lease.value();
    }

    /** The time a renewal may give: no more than was granted, whatever the answer says. */
    long within(long ttlNanos) {
        return Math.min(ttlNanos, grantedNanos);
    }

    /**
     * Something happened; on the loop.
     *
     * @return whether an answer was believed; false for everything else
     */
    boolean happened(Renewal.Event event) {
        Renewal before = renewal;
        long now = session.loop().now();
        Renewal.Step step = before.step(event, now, session.loop().random());
        if (step.told().contains(State.SUSPECT)) {
            long sofar = lapses;
            lapses = sofar + 1;
        }
        renewal = step.next();
        Header header = step.next().header();
        for (State state : step.told()) {
            lane.execute(() -> listener.changed(this, state, header));
        }
        if (step.next().isFinal()) {
            end(before.isFinal(), step.next().state());
        } else {
            renewals.ask(id(), step.ask());
            wakeAgain();
        }
        return event instanceof Renewal.Answered
                && !before.isFinal()
                && !step.next().doubted();
    }

    private void end(boolean endedBefore, State state) {
        if (!endedBefore) {
            if (timer != null) {
                timer.cancel();
            }
            renewals.remove(this);
            lane.execute(() -> ended.complete(state));
        }
    }

    private void wakeAgain() {
        if (timer != null) {
            timer.cancel();
        }
        Loop loop = session.loop();
        timer = loop.schedule(renewal.wakeAt() - loop.now(), () -> happened(new Renewal.Woken()));
    }

    @Override
    public LeaseId lease() {
        return lease;
    }

    @Override
    public Duration ttl() {
        return Duration.ofNanos(renewal.ttlNanos());
    }

    @Override
    public State state() {
        Renewal known = renewal;
        if ((closed || session.isClosed()) && known.state() != State.LOST) {
            return State.CLOSED;
        }
        return known.stateAt(session.loop().now());
    }

    @Override
    public Duration remaining() {
        if (state() != State.HELD) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, renewal.deadline() - session.loop().now()));
    }

    @Override
    public long lapses() {
        return lapses;
    }

    @Override
    public CompletionStage<State> ended() {
        return ended.minimalCompletionStage();
    }

    @Override
    public void close() {
        closed = true;
        session.loop().execute(() -> happened(new Renewal.Closed()));
    }

    @Override
    public String toString() {
        return "keep-alive of lease " + lease + " (" + state() + ")";
    }
}
