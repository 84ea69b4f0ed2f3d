package dev.rollcall.etcd.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault, seen from both ends of a connection. */
class FaultProxyTest {

    private static final int SOON_MILLIS = 200;

    private TcpEnds ends;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        ends = new TcpEnds();
        proxy = FaultProxy.inFrontOf(ends.endpoint());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        ends.close();
    }

    @Test
    void withoutAFaultEverythingPassesBothWaysAndIsCounted() throws IOException {
        Pair pair = connect();
        say(pair.client, "question");
        assertThat(hear(pair.server, 8)).isEqualTo("question");
        say(pair.server, "answer");
        assertThat(hear(pair.client, 6)).isEqualTo("answer");

        pair.client.shutdownOutput();
        assertThat(pair.server.getInputStream().read()).as("end of stream").isEqualTo(-1);
        say(pair.server, "last words");
        pair.server.close();
        assertThat(hear(pair.client, 10)).isEqualTo("last words");
        assertThat(pair.client.getInputStream().read()).isEqualTo(-1);

        eventually(() -> proxy.counters().open() == 0);
        assertThat(proxy.counters()).isEqualTo(new FaultProxy.Counters(1, 0, 0, 8, 16, Map.of()));
    }

    @Test
    void muchPassesUnharmed() throws IOException {
        Pair pair = connect();
        byte[] much = new byte[8 << 20];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 + (i >> 13));
        }
        Thread sender = new Thread(() -> {
            try {
                pair.server.getOutputStream().write(much);
                pair.server.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        assertThat(Arrays.equals(pair.client.getInputStream().readAllBytes(), much))
                .isTrue();
    }

    @Test
    void aDelayHoldsEachByteBackAndKeepsTheOrder() throws IOException {
        Pair pair = connect();
        proxy.toServer(Fault.delay(Duration.ofMillis(150), Duration.ofMillis(140)));
        long start = Await.nanoTime();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            say(pair.client, "word " + i + ".");
            sent.append("word ").append(i).append('.');
        }
        assertThat(hear(pair.server, sent.length())).isEqualTo(sent.toString());
        assertThat(Await.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(10).toNanos());
        assertThat(acted(Fault.Kind.DELAY)).isPositive();

        proxy.toServer(Fault.delay(Duration.ofHours(1)));
        say(pair.client, "in an hour");
        assertNothingComes(pair.server);
        proxy.heal();
        assertThat(hear(pair.server, 10)).isEqualTo("in an hour");
    }

    @Test
    void thePortIsClosedAndOpenedWhileProcessesAreStarted() throws InterruptedException {
        AtomicInteger started = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Thread starter = new Thread(() -> {
            while (!over.get()) {
                try {
                    new ProcessBuilder("true").start().waitFor();
                    started.incrementAndGet();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        starter.start();
        try {
            while (started.get() < 100) {
                proxy.refuse();
                proxy.heal();
            }
        } finally {
            over.set(true);
            starter.join();
        }
        assertThat(acted(Fault.Kind.REFUSE)).isGreaterThan(100);
    }

    @Test
    void aLimitLetsSoMuchThroughInASecond() throws IOException {
        Pair pair = connect();
        proxy.toClient(Fault.limit(10_000));
        long start = Await.nanoTime();
        say(pair.server, "x".repeat(5_000));
        hear(pair.client, 5_000);
        assertThat(Duration.ofNanos(Await.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
        assertThat(acted(Fault.Kind.LIMIT)).isBetween(5L, 20L);
    }

    @Test
    void theConnectionsUnderALimitShareItFairly() throws IOException {
        Pair greedy = connect();
        Pair modest = connect();
        proxy.toClient(Fault.limit(20_000));
        say(greedy.server, "x".repeat(40_000));
        eventually(() -> acted(Fault.Kind.LIMIT) > 0);
        say(modest.server, "y".repeat(4_000));
        hear(modest.client, 4_000);
        assertThat(proxy.counters().toClient()).isBetween(6_000L, 20_000L);
    }

    @Test
    void aBlackHoleSwallowsEverythingAndItsConnectionsCannotGoOn() throws IOException {
        Pair pair = connect();
        proxy.toServer(Fault.blackHole());
        say(pair.client, "lost");
        pair.client.shutdownOutput();
        assertNothingComes(pair.server);
        say(pair.server, "the other way is open");
        assertThat(hear(pair.client, 21)).isEqualTo("the other way is open");
        assertThat(acted(Fault.Kind.BLACK_HOLE)).isEqualTo(1);
        assertThat(proxy.counters().toServer()).isZero();

        proxy.heal();
        assertReset(pair.server);
        assertThat(acted(Fault.Kind.RESET)).as("it is no fault of its own").isZero();
    }

    @Test
    void aBlackHoleHidesAServerThatDies() throws IOException {
        Pair pair = connect();
        proxy.both(Fault.blackHole());
        pair.server.setSoLinger(true, 0);
        pair.server.close();
        say(pair.client, "anybody?");
        eventually(() -> acted(Fault.Kind.BLACK_HOLE) == 1);
        assertNothingComes(pair.client);
        proxy.heal();
        assertReset(pair.client);
    }

    @Test
    void aConnectionThatLostNothingOutlivesABlackHole() throws IOException {
        Pair pair = connect();
        proxy.both(Fault.blackHole());
        proxy.heal();
        say(pair.client, "still here");
        assertThat(hear(pair.server, 10)).isEqualTo("still here");
    }

    @Test
    void aStallFillsTheSendersBuffersAndLosesNothing() throws IOException {
        Pair pair = connect();
        proxy.toClient(Fault.stall());
        int size = 32 << 20;
        Thread sender = new Thread(() -> {
            try {
                pair.server.getOutputStream().write(new byte[size]);
                pair.server.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        eventually(() -> acted(Fault.Kind.STALL) == 1);
        assertNothingComes(pair.client);
        assertThat(sender.isAlive()).as("the sender waits").isTrue();
        proxy.heal();
        assertThat(pair.client.getInputStream().readAllBytes()).hasSize(size);
    }

    @Test
    void aHalfCloseEndsOneDirection() throws IOException {
        Pair pair = connect();
        proxy.toClient(Fault.halfClose());
        assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
        say(pair.client, "one way");
        assertThat(hear(pair.server, 7)).isEqualTo("one way");
        assertThat(acted(Fault.Kind.HALF_CLOSE)).isEqualTo(1);
    }

    @Test
    void aCutAfterSomeBytesLetsExactlyThosePass() throws IOException {
        Pair pair = connect();
        proxy.existing().toClient(Fault.cut().after(5));
        say(pair.server, "123");
        assertThat(hear(pair.client, 3)).isEqualTo("123");
        say(pair.server, "45678");
        assertThat(new String(pair.client.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("45");
        assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
        assertThat(acted(Fault.Kind.CUT)).isEqualTo(1);

        Pair next = connect();
        say(next.server, "12345678");
        assertThat(hear(next.client, 8)).isEqualTo("12345678");
    }

    @Test
    void aResetIsSeenByBothSides() throws IOException {
        Pair pair = connect();
        proxy.existing().both(Fault.reset());
        assertReset(pair.client);
        assertReset(pair.server);
        Pair other = connect();
        proxy.resetAll();
        assertReset(other.client);
        assertReset(other.server);
        assertThat(acted(Fault.Kind.RESET)).isEqualTo(2);
    }

    @Test
    void aResetAfterSomeBytesLetsThosePassFirst() throws IOException {
        Pair pair = connect();
        proxy.toServer(Fault.reset().after(4));
        say(pair.client, "1234");
        assertReset(pair.client);
        assertThat(proxy.counters().toServer()).isEqualTo(4);
    }

    @Test
    void oneByteIsFlippedAndTheRestIsNot() throws IOException {
        Pair pair = connect();
        proxy.toClient(Fault.flip().after(2));
        say(pair.server, "aaaaaa");
        assertThat(hear(pair.client, 6)).isEqualTo("aa`aaa");
        assertThat(acted(Fault.Kind.FLIP)).isEqualTo(1);
    }

    @Test
    void bytesAreFlippedNowAndThenAndTheSeedSaysWhich() throws IOException {
        String first = flipped(7);
        assertThat(flipped(7))
                .isNotEqualTo("a".repeat(1_000))
                .isNotEqualTo(first)
                .as("each connection draws its own");
        assertThat(acted(Fault.Kind.FLIP)).isBetween(50L, 400L);
        try (FaultProxy again = FaultProxy.inFrontOf(ends.endpoint())) {
            FaultProxy old = proxy;
            proxy = again;
            assertThat(flipped(7)).isEqualTo(first);
            proxy = old;
        }
    }

    private String flipped(long seed) throws IOException {
        Pair pair = connect();
        proxy.existing().toClient(Fault.flipEvery(10, seed));
        say(pair.server, "a".repeat(1_000));
        return new String(pair.client.getInputStream().readNBytes(1_000), ISO_8859_1);
    }

    @Test
    void aSilentAcceptGoesOnWhenHealed() throws IOException {
        proxy.acceptSilently();
        Socket client = ends.connect(proxy.endpoint());
        say(client, "hello?");
        assertNothingComes(client);
        assertThat(acted(Fault.Kind.SILENT_ACCEPT)).isEqualTo(1);
        proxy.heal();
        assertThat(hear(ends.accept(), 6)).isEqualTo("hello?");
    }

    @Test
    void aClosedPortRefusesAndOpensAgainWhileConnectionsGoOn() throws IOException {
        Pair pair = connect();
        proxy.refuse();
        assertThatThrownBy(() -> ends.connect(proxy.endpoint())).isInstanceOf(ConnectException.class);
        say(pair.client, "still there");
        assertThat(hear(pair.server, 11)).isEqualTo("still there");
        assertThat(acted(Fault.Kind.REFUSE)).isEqualTo(1);
        proxy.heal();
        connect();
    }

    @Test
    void aFaultOfConnectionsToComeLeavesThoseThatAreAlone() throws IOException {
        Pair pair = connect();
        proxy.upcoming().both(Fault.reset());
        assertResetAtOnce(proxy);
        say(pair.client, "unharmed");
        assertThat(hear(pair.server, 8)).isEqualTo("unharmed");
    }

    @Test
    void aServerThatIsAwayIsSeenAsAResetAndItsReturnIsFound() throws IOException {
        TestEtcd etcd = EtcdSpec.embedded().start();
        try (etcd;
                FaultProxy front = FaultProxy.inFrontOf(etcd.endpoints().get(0))) {
            etcd.stop();
            assertResetAtOnce(front);
            assertThat(front.counters().undialled()).isEqualTo(1);
            etcd.start();
            assertThat(new AdminCalls(List.of(front.endpoint()), null, null).leases())
                    .isEmpty();
        }
    }

    @Test
    void closingEndsItsThreadAndItsConnectionsAndGivesThePortBack() throws IOException {
        Pair pair = connect();
        String name = "rollcall-testkit-proxy-" + proxy.endpoint().replaceAll(".*:", "");
        assertThat(threadNames()).contains(name);
        proxy.close();
        assertThat(threadNames()).doesNotContain(name);
        assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> ends.connect(proxy.endpoint())).isInstanceOf(ConnectException.class);
        assertThatThrownBy(proxy::heal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(proxy.counters().accepted()).isEqualTo(1);
        proxy.close();
    }

    @Test
    void anEndpointHasAHostAndAPort() {
        assertThatThrownBy(() -> FaultProxy.inFrontOf("here")).isInstanceOf(IllegalArgumentException.class);
        try (FaultProxy tls = FaultProxy.inFrontOf("https://localhost:1")) {
            assertThat(tls.endpoint()).startsWith("https://127.0.0.1:");
        }
    }

    private record Pair(Socket client, Socket server) {}

    private Pair connect() throws IOException {
        return new Pair(ends.connect(proxy.endpoint()), ends.accept());
    }

    private long acted(Fault.Kind kind) {
        return proxy.counters().acted(kind);
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    private static void eventually(BooleanSupplier condition) {
        assertThat(Await.until(Duration.ofSeconds(5), condition)).isTrue();
    }

    private static void say(Socket from, String text) throws IOException {
        from.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String hear(Socket at, int length) throws IOException {
        return new String(at.getInputStream().readNBytes(length), UTF_8);
    }

    private static void assertNothingComes(Socket at) throws IOException {
        int patience = at.getSoTimeout();
        at.setSoTimeout(SOON_MILLIS);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        at.setSoTimeout(patience);
    }

    /** A reset may come before the client's system has told it of its connection. */
    private void assertResetAtOnce(FaultProxy at) {
        assertThatThrownBy(() -> ends.connect(at.endpoint()).getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private static void assertReset(Socket at) {
        assertThatThrownBy(() -> at.getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }
}
