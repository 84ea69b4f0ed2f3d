package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.util.Arrays;

/**
 * One call to a service: to the instance that was picked for it, and to others where that failed. What it tells lets the picker avoid what is slow or
 * broken.
 *
 * <pre>{@code
 * try (Call call = picker.start()) {
 *     do {
 *         try {
 *             return send(call.instance());
 *         } catch (IOException e) {
 *             call.failed(e);
 *         }
 *     } while (call.retry());
 * }
 * }</pre>
 *
 * <p>What is not said to have failed has succeeded when the call is closed. The latency runs from the pick to that moment. For one thread at a time, though
 * not always the same.
 */
public final class Call implements AutoCloseable {

    private static final Candidate[] NONE = new Candidate[0];

    private final FollowingPicker picker;
    private final long key;
    private Candidate current;
    private long beganAt;
    private boolean underWay;
    private Candidate[] before = NONE;

    Call(FollowingPicker picker, long key, Candidate first, long now) {
        this.picker = picker;
        this.key = key;
        this.current = first;
        this.beganAt = now;
        this.underWay = true;
        first.standing().begun();
    }

    /** The instance to call now. */
    public Instance instance() {
        return current.instance();
    }

    /** Says that the call to {@link #instance()} failed through its fault: not when the caller's own request was wrong. Only the first word counts. */
    public void failed(Throwable cause) {
        if (end()) {
            long now = picker.nanos();
            picker.failed(current.standing(), now, now - beganAt, cause.getClass());
        }
    }

    /** Says that the call to {@link #instance()} was given up and its outcome says nothing. Only the first word counts. */
    public void cancelled() {
        end();
    }

    /**
     * Moves on to an instance that this call did not try yet; false, with {@link #instance()} unchanged, where there is none. A call that was not said to
     * have failed is cancelled by it.
     */
    public boolean retry() {
        end();
        before = Arrays.copyOf(before, before.length + 1);
        before[before.length - 1] = current;
        Candidate next = picker.another(key, this);
        if (next == null) {
            return false;
        }
        current = next;
        beganAt = picker.nanos();
        underWay = true;
        next.standing().begun();
        return true;
    }

    /** Ends the call, as a success unless it was said otherwise. Idempotent. */
    @Override
    public void close() {
        if (end()) {
            long now = picker.nanos();
            picker.succeeded(current.standing(), now, now - beganAt);
        }
    }

    private boolean end() {
        if (!underWay) {
            return false;
        }
        underWay = false;
        current.standing().ended();
        return true;
    }

    /** Whether this call was at an instance before. */
    boolean tried(Candidate candidate) {
        for (Candidate tried : before) {
            if (tried.standing() == candidate.standing()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "call to " + current.instance() + (before.length == 0 ? "" : " after " + before.length + " others");
    }
}
