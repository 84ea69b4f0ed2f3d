package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.io.IOException;

/**
 * Opens and closes the channels of one RPC framework, for {@link Channels}.
 *
 * <p>Both are called on threads of {@link Channels}, called {@code rollcall-channel-N}, for several instances at a time; they may block, and hold up no
 * listener and no pick.
 *
 * @param <C> the framework's channel, connection or client; compared by identity
 */
public interface ChannelFactory<C> {

    /**
     * Opens a channel to an instance that has an endpoint.
     *
     * @throws IOException where it cannot be opened now; so may any runtime exception say. It is tried again after 100 ms, and later every 10 s, as long as
     *     the instance is shown
     */
    C open(Instance instance) throws IOException;

    /** Closes a channel. What it throws is logged. */
    void close(C channel) throws IOException;

    /** A factory of two functions. */
    static <C> ChannelFactory<C> of(Opener<C> opener, Closer<C> closer) {
        return new ChannelFactory<>() {
            @Override
            public C open(Instance instance) throws IOException {
                return opener.open(instance);
            }

            @Override
            public void close(C channel) throws IOException {
                closer.close(channel);
            }
        };
    }

    /** How a channel is opened; see {@link ChannelFactory#open}. */
    @FunctionalInterface
    interface Opener<C> {
        C open(Instance instance) throws IOException;
    }

    /** How a channel is closed; see {@link ChannelFactory#close}. */
    @FunctionalInterface
    interface Closer<C> {
        void close(C channel) throws IOException;
    }
}
