package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who shares a reading of the certificate files, who is let go, and what comes after one that failed. */
class CredentialFilesTest implements SimulatedHost {

    private record Due(long at, Runnable task) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final Deque<Runnable> disk = new ArrayDeque<>();
    private final List<ChannelCredentials> readings = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private long now;
    private boolean refusing;
    private boolean broken;

    /** A disk whose tasks the test carries out. */
    private final Executor offload = task -> {
        if (refusing) {
            throw new RejectedExecutionException("on purpose");
        }
        disk.add(task);
    };

    /** Files that are whatever the test says. */
    private final Transport transport = new Transport() {
        @Override
        public ManagedChannel channel(Endpoint endpoint, ChannelCredentials credentials) {
            throw new AssertionError("nobody connects here");
        }

        @Override
        public ChannelCredentials credentials(Consumer<Path> reading) {
            reading.accept(Path.of("client.pem"));
            if (broken) {
                throw new EtcdException(EtcdError.TLS, "client.pem is no certificate");
            }
            readings.add(InsecureChannelCredentials.create());
            return readings.get(readings.size() - 1);
        }
    };

    private final CredentialFiles files = new CredentialFiles(transport, new SimulatedLoop(this), offload);

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public double random() {
        return 0;
    }

    @Override
    public Executor serial() {
        return Runnable::run;
    }

    @Override
    public Runnable later(long nanos, Runnable task) {
        Due later = new Due(now + nanos, task);
        due.add(later);
        return () -> due.remove(later);
    }

    @Override
    public void failed(Throwable bug) {
        throw new AssertionError(bug);
    }

    private void passPatience() {
        now += Reachability.PATIENCE_NANOS;
        while (!due.isEmpty() && due.peek().at <= now) {
            due.remove().task.run();
        }
    }

    private Connection ask(String name) {
        Connection connection = new Connection(Endpoint.parse("https://127.0.0.1:1"), Lane.CALLS, now);
        files.read(
                connection,
                (credentials, failure) -> told.add(name + " "
                        + (failure == null ? String.valueOf(readings.indexOf(credentials)) : failure.getMessage())));
        return connection;
    }

    private void readOnce() {
        disk.remove().run();
    }

    @Test
    void whoWaitsWhenAReadingBeginsSharesIt() {
        ask("first");
        ask("second");
        ask("third");
        assertThat(disk).hasSize(1);

        readOnce();
        assertThat(told).containsExactly("first 0");
        assertThat(disk).hasSize(1);
        readOnce();

        assertThat(told).containsExactly("first 0", "second 1", "third 1");
        assertThat(disk).isEmpty();
        assertThat(due).as("patience that is not needed any more").isEmpty();
    }

    @Test
    void aConnectionThatIsOverIsLetGoAndNothingIsReadForItAlone() {
        Connection first = ask("first");
        Connection second = ask("second");
        first.abort();
        second.abort();

        readOnce();

        assertThat(told).isEmpty();
        assertThat(disk).isEmpty();
        ask("third");
        readOnce();
        assertThat(told).containsExactly("third 1");
    }

    @Test
    void whoWaitedTooLongIsToldOnceAndTheNextOneIsServedWhenTheDiskAnswers() {
        ask("first");
        Runnable hanging = disk.remove();
        ask("second");
        passPatience();
        assertThat(told).hasSize(2).allMatch(line -> line.contains("takes longer than 8 s; does its disk hang?"));

        ask("third");
        hanging.run();
        readOnce();

        assertThat(told).hasSize(3).last().isEqualTo("third 1");
        assertThat(disk).isEmpty();
    }

    @Test
    void aReadingThatFailsIsNotTheLast() {
        broken = true;
        ask("first");
        readOnce();
        refusing = true;
        ask("second");
        refusing = false;
        broken = false;
        ask("third");
        readOnce();

        assertThat(told).hasSize(3);
        assertThat(told.get(0)).contains("client.pem is no certificate");
        assertThat(told.get(1)).contains("the TLS files cannot be used").contains("on purpose");
        assertThat(told.get(2)).isEqualTo("third 0");
    }
}
