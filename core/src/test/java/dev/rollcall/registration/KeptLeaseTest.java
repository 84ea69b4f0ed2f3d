package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.LeaseId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeptLeaseTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Handle handle = new Handle();

    /** Kept since 10 s, after a grant that took 400 ms. */
    private final KeptLease lease = new KeptLease(handle, 10_000 * MILLI, 400 * MILLI);

    @Test
    void beforeItsFirstRenewalALeaseCountsFromTheSendingOfItsGrant() {
        handle.remaining = Duration.ofMillis(2_900);

        assertThat(lease.surely(10_100 * MILLI)).isEqualTo(2_500 * MILLI);
    }

    @Test
    void afterARenewalItCountsFromTheSendingOfThat() {
        handle.remaining = Duration.ofMillis(2_900);

        assertThat(lease.surely(11_100 * MILLI)).isEqualTo(2_900 * MILLI);
    }

    @Test
    void itIsOverBeforeTheStoreCanHaveEndedIt() {
        handle.remaining = Duration.ofMillis(350);

        assertThat(lease.surely(12_650 * MILLI)).isNegative();
    }

    @Test
    void aLeaseThatIsNotHeldIsNotSure() {
        handle.remaining = Duration.ofMillis(2_900);
        handle.state = KeepAlive.State.SUSPECT;

        assertThat(lease.surely(11_100 * MILLI)).isZero();
    }

    private static final class Handle implements KeepAlive {

        private State state = State.HELD;
        private Duration remaining = Duration.ZERO;

        @Override
        public LeaseId lease() {
            return new LeaseId(1);
        }

        @Override
        public Duration ttl() {
            return Duration.ofSeconds(3);
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public Duration remaining() {
            return remaining;
        }

        @Override
        public CompletionStage<State> ended() {
            return new CompletableFuture<State>().minimalCompletionStage();
        }

        @Override
        public void close() {}
    }
}
