package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import org.jspecify.annotations.Nullable;

/**
 * One call over a channel of {@link Channels}, and over others where that failed. As {@link Call}, what is not said to have failed has succeeded when it is
 * closed. For one thread at a time.
 *
 * @param <C> the channel
 */
public final class ChannelCall<C> implements AutoCloseable {

    private final Channels<C> channels;
    private final Call call;
    private C channel;

    ChannelCall(Channels<C> channels, Call call, C channel) {
        this.channels = channels;
        this.call = call;
        this.channel = channel;
    }

    /** The channel to use now. */
    public C channel() {
        return channel;
    }

    /** The instance at its other end. */
    public Instance instance() {
        return call.instance();
    }

    /** Says that the call failed through the fault of the instance, or of the way to it; see {@link Call#failed}. */
    public void failed(Throwable cause) {
        call.failed(cause);
    }

    /** Says that the call was given up and its outcome says nothing. */
    public void cancelled() {
        call.cancelled();
    }

    /** Moves on to the channel of an instance that this call did not try yet; false, with {@link #channel()} unchanged, where there is none. */
    public boolean retry() {
        @Nullable C next = channels.another(call);
        if (next == null) {
            return false;
        }
        channel = next;
        return true;
    }

    /** Ends the call, as a success unless it was said otherwise. Idempotent. */
    @Override
    public void close() {
        call.close();
    }
}
