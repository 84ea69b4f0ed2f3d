package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.testkit.EtcdExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Certificate files on a disk that hangs. */
@Timeout(60)
class HangingFilesTest {

    @RegisterExtension
    static final EtcdExtension extension = EtcdExtension.embedded();

    private static final String SECURE = "https://127.0.0.1:1";

    @TempDir
    Path dir;

    private Path hangingFile() throws IOException, InterruptedException {
        Path file = dir.resolve("client.pem");
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        return file;
    }

    private EtcdClient client(Path file) {
        return EtcdClient.builder(extension.etcd().endpoints().get(0), SECURE)
                .tls(Tls.trusting(file))
                .callTimeout(Duration.ofSeconds(20))
                .connect();
    }

    private static List<String> blockedThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("rollcall-etcd-lookup") || name.startsWith("rollcall-etcd-offload"))
                .toList();
    }

    @Test
    void aFileThatHangsEndsNoLeaseAndIsNamed() throws IOException, InterruptedException {
        Path file = hangingFile();
        EtcdClient client = client(file);
        try (RandomAccessFile silent = new RandomAccessFile(file.toFile(), "rw")) {
            assertThat(silent.getChannel().isOpen()).isTrue();
            KeepAlive lease = client.leases().keepAlive(Duration.ofSeconds(3));

            CompletionStage<MemberStatus> asked = client.cluster().statusAsync(SECURE);

            assertThat(asked.toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withMessageContaining("reading " + file + " takes longer than 8 s");
            assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
            assertThat(client.leases().timeToLive(lease.lease()).alive())
                    .as("8 s later")
                    .isTrue();

            long began = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            await().atMost(Duration.ofSeconds(3)).until(() -> blockedThreads().isEmpty());
        } finally {
            client.close();
        }
    }

    /** As where the server of names is away. */
    @Test
    void lookUpsThatHangKeepNobodyFromReadingFiles() {
        Path missing = dir.resolve("missing.pem");
        CountDownLatch end = new CountDownLatch(1);
        try (Threads threads = new Threads(missing)) {
            for (int i = 0; i < 10; i++) {
                threads.lookUp(() -> awaitQuietly(end));
            }
            assertThat(threads.askedSecurely())
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withMessageContaining(missing.toString());
        } finally {
            end.countDown();
        }
    }

    @Test
    void aFileThatHangsKeepsNobodyFromLookingUpNames() throws IOException, InterruptedException {
        Path file = hangingFile();
        CountDownLatch lookedUp = new CountDownLatch(3);
        try (RandomAccessFile silent = new RandomAccessFile(file.toFile(), "rw");
                Threads threads = new Threads(file)) {
            assertThat(silent.getChannel().isOpen()).isTrue();
            CompletableFuture<MemberStatus> asked = threads.askedSecurely();
            await().atMost(Duration.ofSeconds(5)).until(() -> !blockedThreads().isEmpty());
            for (int i = 0; i < 3; i++) {
                threads.lookUp(() -> {
                    lookedUp.countDown();
                    awaitQuietly(lookedUp);
                });
            }
            assertThat(lookedUp.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(asked).isNotDone();
        }
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A session with its threads for what blocks. */
    private static final class Threads implements AutoCloseable {

        private final AtomicReference<Executor> lookups = new AtomicReference<>();
        private final Session session;

        Threads(Path trusted) {
            Loop loop = new ThreadLoop(System::nanoTime);
            session = new Session(
                    Endpoint.parseAll(SECURE),
                    null,
                    pool -> {
                        lookups.set(pool);
                        return new GrpcTransport(Tls.trusting(trusted), loop, pool);
                    },
                    Duration.ofSeconds(20),
                    loop,
                    Callbacks.onOwnThreads());
        }

        void lookUp(Runnable task) {
            Objects.requireNonNull(lookups.get()).execute(task);
        }

        CompletableFuture<MemberStatus> askedSecurely() {
            return new GrpcCluster(session, new Blocking(session))
                    .statusAsync(SECURE)
                    .toCompletableFuture();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** As where a class of the security provider cannot be loaded. */
    @Test
    void anErrorWhileReadingIsNotTheLastReading() {
        Path unusable = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, args) -> {
                    throw new NoClassDefFoundError("on purpose");
                });
        try (EtcdClient client = client(unusable)) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.cluster().statusAsync(SECURE).toCompletableFuture())
                        .failsWithin(Duration.ofSeconds(5))
                        .withThrowableThat()
                        .withMessageContaining("on purpose");
            }
        }
    }

    @Test
    void aFileThatCannotEvenBeOpenedHoldsUpNeitherCallsNorClosing() throws IOException, InterruptedException {
        Path file = hangingFile();
        EtcdClient client = client(file);
        try {
            CompletionStage<MemberStatus> asked = client.cluster().statusAsync(SECURE);

            assertThat(client.kv().putAsync(Put.of("/key", "value")).toCompletableFuture())
                    .succeedsWithin(Duration.ofSeconds(5));
            long began = System.nanoTime();
            client.close();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            assertThat(asked.toCompletableFuture()).failsWithin(Duration.ofSeconds(1));
        } finally {
            client.close();
            // The other end of the pipe lets go of the thread that opens it.
            new RandomAccessFile(file.toFile(), "rw").close();
        }
        await().atMost(Duration.ofSeconds(3)).until(() -> blockedThreads().isEmpty());
    }
}
