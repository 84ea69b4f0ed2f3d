package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.internal.Backoff;
import dev.rollcall.internal.RandomSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The channel to one incarnation of an instance at one endpoint, from its opening to its end.
 *
 * <pre>
 *             opened            gone              drained
 *   OPENING ---------> OPEN ----------> DRAINING ---------> CLOSED
 *    |    ^             |                                     ^
 *    |    | rested      | broken                              |
 *    |    |             v                                     |
 *    +-> WAITING <------+                                     |
 *  failed |                                                   |
 *         +---------------------------------------------------+
 *           gone, from WAITING and OPENING; what is opened later is not kept
 * </pre>
 *
 * <p>Holds no thread and no clock; its owner's lock guards it.
 */
final class ChannelSlot<C> {

    /** Where it stands. */
    enum Phase {
        /** The factory is at it. */
        OPENING,
        /** The factory failed, or the channel broke; it is tried again later. */
        WAITING,
        /** It is handed out. */
        OPEN,
        /** Its instance is gone: calls in flight may end. */
        DRAINING,
        /** It is to be closed, or was never opened. */
        CLOSED
    }

    private static final Duration LONGEST_REST = Duration.ofSeconds(10);
    private static final Backoff FIRST = Backoff.of(Duration.ofMillis(100), LONGEST_REST);

    private DiscoveredInstance found;
    private final Endpoint endpoint;
    private Phase phase = Phase.OPENING;
    private Backoff backoff = FIRST;
    private String trouble = "it is being opened";
    private @Nullable C channel;
    private long openedAt;

    /** A slot whose channel is to be opened now, to an instance that has an endpoint. */
    ChannelSlot(DiscoveredInstance found) {
        this.found = found;
        this.endpoint = found.instance().endpoint();
    }

    /** As it was shown last. */
    DiscoveredInstance found() {
        return found;
    }

    /** Takes up what an instance that is still reached says now. */
    void says(DiscoveredInstance now) {
        found = now;
    }

    Phase phase() {
        return phase;
    }

    /** Where there is one. */
    @Nullable C channel() {
        return channel;
    }

    /** Why there is no open channel, in words. */
    String trouble() {
        return trouble;
    }

    /** Whether an instance, as it is shown now, is still reached by this channel. */
    boolean reaches(DiscoveredInstance now) {
        return now.hasIncarnationOf(found)
                && now.instance().hasEndpoint()
                && now.instance().endpoint().equals(endpoint);
    }

    /** The factory opened a channel; false where nobody wants it any more: then it is to be closed. */
    boolean opened(C made, long now) {
        if (phase != Phase.OPENING) {
            return false;
        }
        phase = Phase.OPEN;
        channel = made;
        openedAt = now;
        trouble = "";
        return true;
    }

    /** The factory failed: how long to wait before it is asked again, in nanoseconds; less than 0 for never. */
    long failed(Throwable cause, RandomSource random) {
        if (phase != Phase.OPENING) {
            return -1;
        }
        return rest(cause.toString(), random);
    }

    /** Its user found it broken; it is to be closed now, and another one opened after so many nanoseconds; less than 0 for never. */
    long broken(long now, RandomSource random) {
        if (phase != Phase.OPEN) {
            return -1;
        }
        if (now - openedAt >= LONGEST_REST.toNanos()) {
            backoff = backoff.reset();
        }
        channel = null;
        return rest("it broke", random);
    }

    private long rest(String why, RandomSource random) {
        phase = Phase.WAITING;
        trouble = why;
        long nanos = backoff.delayNanos(random);
        backoff = backoff.next();
        return nanos;
    }

    /** The wait is over; whether the factory is to be asked again. */
    boolean rested() {
        if (phase != Phase.WAITING) {
            return false;
        }
        phase = Phase.OPENING;
        return true;
    }

    /** Its instance is gone, or is another one; whether there is a channel to drain. */
    boolean gone() {
        boolean open = phase == Phase.OPEN;
        if (phase != Phase.DRAINING) {
            phase = open ? Phase.DRAINING : Phase.CLOSED;
        }
        return open;
    }

    /** The time for calls in flight is over, or everything ends: the channel to close, if there is one. */
    @Nullable C close() {
        C last = channel;
        channel = null;
        phase = Phase.CLOSED;
        return last;
    }
}
