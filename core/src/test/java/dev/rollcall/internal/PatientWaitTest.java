package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PatientWaitTest {

    @Test
    void anInterruptIsKeptAndDoesNotEndTheWait() {
        CountDownLatch over = new CountDownLatch(1);
        Thread other = new Thread(over::countDown);
        Thread.currentThread().interrupt();
        other.start();

        assertThat(PatientWait.within(Duration.ofSeconds(5), nanos -> over.await(nanos, TimeUnit.NANOSECONDS)))
                .isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aWaitThatIsNotOverByItsBoundSaysSo() {
        CountDownLatch never = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        assertThat(PatientWait.within(Duration.ofMillis(20), nanos -> never.await(nanos, TimeUnit.NANOSECONDS)))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
