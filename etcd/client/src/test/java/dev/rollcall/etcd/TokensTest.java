package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The token that a connection gets, in virtual time: each login gives the next one of those prepared. */
class TokensTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> given = new ArrayList<>(List.of("first.100", "second.7"));
    private final Agenda host = new Agenda();
    private final List<Runnable> held = new ArrayList<>();
    private boolean hangs;
    private Supplier<Credentials> credentials = () -> Credentials.of("worker", "canary-word");
    private final Tokens tokens = new Tokens(
            () -> credentials.get(),
            new SimulatedLoop(host),
            this::ask,
            Duration.ofSeconds(5),
            new LogBudget(host::nanos));
    private ManagedChannel channel;

    @BeforeEach
    void prepare() {
        channel = Grpc.newChannelBuilder("127.0.0.1:1", InsecureChannelCredentials.create())
                .build();
        tokens.loginBy(request -> CompletableFuture.completedFuture(
                AuthenticateResponse.newBuilder().setToken(given.remove(0)).build()));
    }

    @AfterEach
    void end() {
        channel.shutdownNow();
    }

    private void ask(Runnable supplier) {
        if (hangs) {
            held.add(supplier);
        } else {
            supplier.run();
        }
    }

    private Connection dialled(long lastEntry) {
        Connection connection = new Connection(Endpoint.parse("http://127.0.0.1:1"), Lane.CALLS, host.nanos());
        connection.connect(channel);
        connection.told(ServerVersion.UNKNOWN, 1, lastEntry, host.nanos());
        return connection;
    }

    private @Nullable String tokenFor(Connection connection) {
        List<String> got = waitFor(connection);
        host.pass(0);
        return got.get(0);
    }

    /** What a waiter is told: the token, or the code of the failure. */
    private List<String> waitFor(Connection connection) {
        List<String> told = new ArrayList<>();
        tokens.get(connection, new Tokens.Waiter() {
            @Override
            public void token(@Nullable String token) {
                told.add(String.valueOf(token));
            }

            @Override
            public void failed(EtcdException cause) {
                told.add(cause.code().name());
            }
        });
        return told;
    }

    @Test
    void aSupplierThatHangsIsWaitedForAsLongAsACallLastsAndNotAskedAgain() {
        hangs = true;
        for (int round = 0; round < 10; round++) {
            List<String> told = waitFor(dialled(1));
            host.pass(7 * SECOND);
            assertThat(told).containsExactly("TIMEOUT");
        }
        assertThat(held).hasSize(1);
    }

    @Test
    void whatASupplierSaysLateIsUsed() {
        hangs = true;
        waitFor(dialled(1));
        host.pass(6 * SECOND);
        List<String> next = waitFor(dialled(1));

        held.get(0).run();

        assertThat(next).containsExactly("first.100");
        host.pass(60 * SECOND);
        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        assertThat(held).hasSize(1);
    }

    @Test
    void aSupplierThatFailsLateIsAskedAgain() {
        hangs = true;
        credentials = () -> {
            throw new IllegalStateException("no vault");
        };
        waitFor(dialled(1));
        host.pass(6 * SECOND);
        held.remove(0).run();
        List<String> next = waitFor(dialled(1));
        credentials = () -> Credentials.of("worker", "canary-word");
        host.pass(3 * SECOND);

        held.remove(0).run();

        assertThat(next).containsExactly("first.100");
    }

    @Test
    void aMemberThatDoesNotKnowTheEntryOfTheTokenGetsANewOne() {
        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        host.pass(SECOND);

        assertThat(tokenFor(dialled(99))).isEqualTo("second.7");
    }

    @Test
    void aMemberThatSpokeBeforeTheTokenWasMadeIsShownIt() {
        Connection before = dialled(99);
        host.pass(SECOND);

        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        assertThat(tokenFor(before)).isEqualTo("first.100");
    }

    @Test
    void aMemberThatKnowsTheEntryOrSaysNothingIsShownTheToken() {
        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        host.pass(SECOND);

        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        assertThat(tokenFor(dialled(0))).isEqualTo("first.100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-number", "head.body.100", "x.", "x.99999999999999999999", "x.1y"})
    void aTokenWithoutANumberIsShownToEveryMember(String token) {
        given.set(0, token);
        assertThat(tokenFor(dialled(100))).isEqualTo(token);
        host.pass(SECOND);

        assertThat(tokenFor(dialled(1))).isEqualTo(token);
    }

    @Test
    void aStoreWhoseAuthenticationIsSwitchedOnAndOffAllTheTimeIsAFewLines() {
        Logger logger = (Logger) LoggerFactory.getLogger(Tokens.class);
        ListAppender<ILoggingEvent> kept = new ListAppender<>();
        kept.start();
        logger.addAppender(kept);
        tokens.loginBy(request -> CompletableFuture.failedFuture(
                new EtcdException(EtcdError.AUTH_NOT_ENABLED, "authentication is not enabled")));
        for (int i = 0; i < 20; i++) {
            assertThat(tokenFor(dialled(1))).isEqualTo("null");
            tokens.reject(null);
            tokens.loginBy(request -> CompletableFuture.completedFuture(
                    AuthenticateResponse.newBuilder().setToken("canary-token").build()));
            host.pass(SECOND);
            assertThat(tokenFor(dialled(1))).isEqualTo("canary-token");
            tokens.reject("canary-token");
            tokens.loginBy(request -> CompletableFuture.failedFuture(
                    new EtcdException(EtcdError.AUTH_NOT_ENABLED, "authentication is not enabled")));
            host.pass(SECOND);
        }
        logger.detachAppender(kept);
        assertThat(kept.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN)))
                .hasSize(LogBudget.LINES_A_MINUTE);
    }

    /** Where what is for later happens as the time is made to pass. */
    private static final class Agenda implements SimulatedHost {

        private record Entry(long at, Runnable task) {}

        private final List<Entry> entries = new ArrayList<>();
        private long nanos = SECOND;

        void pass(long time) {
            long until = nanos + time;
            while (true) {
                Entry next = entries.stream()
                        .filter(entry -> entry.at() <= until)
                        .min(Comparator.comparingLong(Entry::at))
                        .orElse(null);
                if (next == null) {
                    nanos = until;
                    return;
                }
                entries.remove(next);
                nanos = next.at();
                next.task().run();
            }
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public double random() {
            return 0.5;
        }

        @Override
        public Executor serial() {
            return Runnable::run;
        }

        @Override
        public Runnable later(long delay, Runnable task) {
            Entry entry = new Entry(nanos + delay, task);
            entries.add(entry);
            return () -> entries.remove(entry);
        }

        @Override
        public void failed(Throwable bug) {
            throw new AssertionError(bug);
        }
    }
}
