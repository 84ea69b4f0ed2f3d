package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a connection counts as broken, by the states that its channel tells. */
class ConnectionTest {

    private final StatedChannel channel = new StatedChannel();
    private final Connection connection = connection(channel);
    private int broken;

    @Test
    void anAnswerThatIsFasterThanTheWordReadyBreaksNothing() {
        channel.state = ConnectivityState.CONNECTING;
        open();
        assertThat(connection.usable()).isTrue();
        channel.become(ConnectivityState.READY);
        assertThat(connection.usable()).isTrue();
        assertThat(broken).isZero();
    }

    @Test
    void oneThatLeavesReadyIsBrokenWhateverComesNext() {
        for (ConnectivityState next : ConnectivityState.values()) {
            if (next != ConnectivityState.READY) {
                StatedChannel other = new StatedChannel();
                other.state = ConnectivityState.READY;
                Connection one = connection(other);
                int before = broken;
                one.opened(() -> broken++);
                other.become(next);
                assertThat(broken).as(next.name()).isEqualTo(before + 1);
                assertThat(one.usable()).isFalse();
            }
        }
    }

    @Test
    void oneThatNeverBecomesReadyIsBroken() {
        channel.state = ConnectivityState.CONNECTING;
        open();
        channel.become(ConnectivityState.TRANSIENT_FAILURE);
        assertThat(connection.usable()).isFalse();
        assertThat(broken).isEqualTo(1);
    }

    private static Connection connection(ManagedChannel channel) {
        Connection made = new Connection(Endpoint.parse("http://127.0.0.1:2379"), Lane.CALLS, 0);
        made.connect(channel);
        return made;
    }

    private void open() {
        connection.opened(() -> broken++);
    }

    /** A channel that does nothing but tell its state. */
    private static final class StatedChannel extends ManagedChannel {

        private ConnectivityState state = ConnectivityState.IDLE;
        private Runnable waiting = () -> {};

        void become(ConnectivityState next) {
            state = next;
            Runnable told = waiting;
            waiting = () -> {};
            told.run();
        }

        @Override
        public ConnectivityState getState(boolean requestConnection) {
            return state;
        }

        @Override
        public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
            waiting = callback;
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            throw new AssertionError("no call is made");
        }

        @Override
        public String authority() {
            return "test";
        }
    }
}
