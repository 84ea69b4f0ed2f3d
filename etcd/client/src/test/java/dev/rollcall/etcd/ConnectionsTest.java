package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedCall;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConnectionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MethodDescriptor<StatusRequest, StatusResponse> STATUS = MaintenanceGrpc.getStatusMethod();
    private static final long FOR_EVER = Long.MAX_VALUE / 4;

    private final Loop loop = new ThreadLoop(System::nanoTime);
    private final Dialer dialer =
            new Dialer(new GrpcTransport(Tls.systemTrust(), loop, Runnable::run), loop, Runnable::run);

    @AfterEach
    void end() throws InterruptedException {
        loop.close(TimeUnit.SECONDS.toNanos(5));
    }

    /** Keeps what it is told. */
    private static final class Told implements Connections.Waiter {
        private final CompletableFuture<Connection> connection;

        Told(CompletableFuture<Connection> connection) {
            this.connection = connection;
        }

        @Override
        public void ready(Connection found) {
            connection.complete(found);
        }

        @Override
        public void failed(EtcdException cause) {
            connection.completeExceptionally(cause);
        }
    }

    private WeakReference<Told> acquire(Connections connections, CompletableFuture<Connection> connection) {
        Told waiter = new Told(connection);
        loop.execute(() -> connections.acquire(Lane.CALLS, endpoint -> true, Set.of(), FOR_EVER, waiter));
        return new WeakReference<>(waiter);
    }

    private Connections to(String... endpoints) {
        return new Connections(Endpoint.parseAll(endpoints), dialer, loop, new LogBudget(loop::now));
    }

    @Test
    void whileOneEndpointIsSlowTheNextIsTriedBesideIt() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ScriptedEtcd etcd = ScriptedEtcd.start()) {
            Connections connections = to("http://127.0.0.1:" + silent.getLocalPort(), etcd.endpoint());
            CompletableFuture<Connection> first = new CompletableFuture<>();
            acquire(connections, first);

            assertThat(first).succeedsWithin(PATIENCE);

            assertThat(first.join().endpoint()).hasToString(etcd.endpoint());
            assertThat(closed(connections)).as("the slow attempt goes on").hasSize(2);
        }
    }

    @Test
    void anAttemptThatBeganIntoAHoleIsNotWaitedFor() {
        try (ScriptedEtcd etcd = ScriptedEtcd.start()) {
            etcd.next(STATUS).await();
            etcd.always(STATUS).reply(EtcdMessages.status("3.5.16", 1));
            Connections connections = to(etcd.endpoint());
            CompletableFuture<Connection> first = new CompletableFuture<>();
            acquire(connections, first);

            assertThat(first).succeedsWithin(PATIENCE);

            assertThat(etcd.calls(STATUS)).hasSize(2);
            etcd.awaitCall(STATUS, 1).awaitCancelled();
            assertThat(closed(connections)).as("the other attempt was let go").hasSize(1);
        }
    }

    @Test
    void aStarvedMemberHasTimeToProveAConnection() {
        try (ScriptedEtcd etcd = ScriptedEtcd.start()) {
            etcd.always(STATUS).await();
            Connections connections = to(etcd.endpoint());
            CompletableFuture<Connection> first = new CompletableFuture<>();
            acquire(connections, first);

            etcd.awaitCall(STATUS, 2);
            ScriptedCall<StatusRequest, StatusResponse> late = etcd.awaitCall(STATUS, 1);
            late.send(EtcdMessages.status("3.5.16", 1));
            late.complete();

            assertThat(first).succeedsWithin(PATIENCE);
            closed(connections);
        }
    }

    @Test
    void whoGotAConnectionIsForgottenHoweverLongItWouldHaveWaited() {
        try (ScriptedEtcd etcd = ScriptedEtcd.start()) {
            Connections connections = to(etcd.endpoint());
            CompletableFuture<Connection> first = new CompletableFuture<>();
            WeakReference<Told> waiter = acquire(connections, first);
            assertThat(first).succeedsWithin(PATIENCE);

            Waiting.until(
                    () -> {
                        System.gc();
                        return waiter.get() == null;
                    },
                    "the waiter is not held by a timer");
            closed(connections);
        }
    }

    @Test
    void anAddressThatNoConnectionCanBeMadeToEndsTheWaitWithItsName() {
        Endpoint impossible = new Endpoint("no host", 1, false);
        Connections connections = new Connections(List.of(impossible), dialer, loop, new LogBudget(loop::now));
        CompletableFuture<Connection> first = new CompletableFuture<>();
        acquire(connections, first);

        assertThat(first)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(EtcdException.class)
                .withMessageContaining("http://no host:1");
        closed(connections);
    }

    @Test
    void manyEndpointsOfOtherClustersAreAFewLines() {
        Logger logger = (Logger) LoggerFactory.getLogger(Connections.class);
        ListAppender<ILoggingEvent> kept = new ListAppender<>();
        kept.start();
        logger.addAppender(kept);
        List<ScriptedEtcd> all = Stream.generate(ScriptedEtcd::start)
                .limit(1 + 2 * LogBudget.LINES_A_MINUTE)
                .toList();
        Connections connections = to(all.stream().map(ScriptedEtcd::endpoint).toArray(String[]::new));
        for (int i = 0; i < all.size(); i++) {
            belongs(all.get(i), 1 + i);
            CompletableFuture<Connection> answer = new CompletableFuture<>();
            Endpoint endpoint = Endpoint.parse(all.get(i).endpoint());
            loop.execute(() -> connections.acquire(Lane.CALLS, endpoint::equals, Set.of(), FOR_EVER, new Told(answer)));
            if (i == 0) {
                assertThat(answer).succeedsWithin(PATIENCE);
            } else {
                assertThat(answer).failsWithin(PATIENCE);
            }
        }
        closed(connections);
        all.forEach(ScriptedEtcd::close);
        logger.detachAppender(kept);
        assertThat(kept.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN)))
                .hasSize(LogBudget.LINES_A_MINUTE);
    }

    @Test
    void anOldConnectionThatWasReplacedIsNoOldWordOfItsCluster() {
        AtomicLong clock = new AtomicLong();
        try (ScriptedEtcd ours = ScriptedEtcd.start();
                ScriptedEtcd theirs = ScriptedEtcd.start()) {
            belongs(ours, 0xa);
            belongs(theirs, 0xb);
            Loop slow = new ThreadLoop(clock::get);
            Dialer itsDialer =
                    new Dialer(new GrpcTransport(Tls.systemTrust(), slow, Runnable::run), slow, Runnable::run);
            List<Endpoint> endpoints = Endpoint.parseAll(ours.endpoint(), theirs.endpoint());
            Connections connections = new Connections(endpoints, itsDialer, slow, new LogBudget(slow::now));
            CompletableFuture<Connection> first = new CompletableFuture<>();
            slow.execute(() -> connections.acquire(Lane.CALLS, endpoint -> true, Set.of(), FOR_EVER, new Told(first)));
            assertThat(first).succeedsWithin(PATIENCE);
            assertThat(first.join().endpoint()).hasToString(ours.endpoint());

            clock.addAndGet(TimeUnit.HOURS.toNanos(1));
            assertThat(CompletableFuture.runAsync(() -> connections.replace(first.join()), slow))
                    .succeedsWithin(PATIENCE);
            ours.down();
            CompletableFuture<Connection> next = new CompletableFuture<>();
            slow.execute(() -> connections.acquire(
                    Lane.CALLS, endpoint -> true, Set.of(), TimeUnit.SECONDS.toNanos(1), new Told(next)));

            assertThat(next).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("belongs to cluster b");
            CompletableFuture<List<Connection>> all = new CompletableFuture<>();
            slow.execute(() -> all.complete(connections.close()));
            assertThat(all).succeedsWithin(PATIENCE);
            slow.end();
        }
    }

    private static void belongs(ScriptedEtcd etcd, long cluster) {
        StatusResponse status = EtcdMessages.status("3.5.16", 1);
        etcd.always(STATUS)
                .reply(status.toBuilder()
                        .setHeader(status.getHeader().toBuilder().setClusterId(cluster))
                        .build());
    }

    private List<Connection> closed(Connections connections) {
        CompletableFuture<List<Connection>> all = new CompletableFuture<>();
        loop.execute(() -> all.complete(connections.close()));
        assertThat(all).succeedsWithin(PATIENCE);
        return all.join();
    }
}
