package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ClosingTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Instance ONE = Instance.of("user", "1", "10.0.0.7:8080");

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static Rollcall connect() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    @Test
    void closingIsBoundedWhileTheStoreHangs() {
        Rollcall rollcall = connect();
        rollcall.register(ONE).awaitRegistered(SOON);
        rollcall.discover("user");
        etcd.etcd().pause();
        long before = System.nanoTime();
        rollcall.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        etcd.etcd().resume();
        // What the store did not hear runs out with its lease; the client asks as fast as it is answered.
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new))) {
            while (!client.leases().list().isEmpty()) {
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
            }
        }
    }

    @Test
    void closingTwiceIsClosingOnceAndNothingWorksAfterwards() {
        Rollcall rollcall = connect();
        rollcall.close();
        rollcall.close();
        assertThatThrownBy(() -> rollcall.register(ONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> rollcall.discover("user"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** As in a task that an executor was told to stop: it must deregister all the same. */
    @Test
    void whoClosesInterruptedDeregistersAllTheSame() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new))) {
            Rollcall rollcall = connect();
            rollcall.register(ONE).awaitRegistered(SOON);

            Thread.currentThread().interrupt();
            rollcall.close();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(client.kv().ls("services/")).isEmpty();
        }
    }

    @Test
    void aListenerMayCloseTheRollcallItListensTo() throws InterruptedException {
        Rollcall rollcall = connect();
        CountDownLatch closed = new CountDownLatch(1);
        rollcall.discover(
                "user",
                SnapshotListener.of(
                        up -> {
                            rollcall.close();
                            closed.countDown();
                        },
                        down -> {}));
        rollcall.register(ONE);
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aProcessThatIsAskedToEndDeregisters() throws IOException, InterruptedException {
        try (Rollcall consumer = connect()) {
            Sightings sightings = new Sightings();
            consumer.discover("user", sightings);
            Process worker = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Worker.class.getName(),
                            etcd.endpoints().get(0))
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader output = worker.inputReader()) {
                assertThat(output.lines().anyMatch("registered"::equals)).isTrue();
                sightings.await("up 1");
                worker.destroy();
                sightings.await("down 1 DEREGISTERED", Duration.ofSeconds(3));
                assertThat(worker.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } finally {
                worker.destroyForcibly();
            }
        }
    }

    /** Registers and then does nothing until it is told to end. */
    static final class Worker {

        private Worker() {}

        public static void main(String[] endpoints) throws InterruptedException {
            Rollcall rollcall = Rollcall.connect(endpoints);
            rollcall.registerAll(List.of(ONE)).get(0).awaitRegistered(SOON);
            System.out.println("registered");
            new CountDownLatch(1).await();
        }
    }
}
