package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.AuthenticateResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token that a connection gets, in virtual time: each login gives the next one of those prepared. */
class TokensTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> given = new ArrayList<>(List.of("first.100", "second.7"));
    private final Impatient host = new Impatient();
    private final Tokens tokens =
            new Tokens(() -> Credentials.of("worker", "canary-word"), new SimulatedLoop(host), Runnable::run);
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

    private Connection dialled(long lastEntry) {
        Connection connection = new Connection(Endpoint.parse("http://127.0.0.1:1"), Lane.CALLS, channel, host.nanos());
        connection.told(ServerVersion.UNKNOWN, 1, lastEntry, host.nanos());
        return connection;
    }

    private @Nullable String tokenFor(Connection connection) {
        List<String> got = new ArrayList<>();
        tokens.get(connection, new Tokens.Waiter() {
            @Override
            public void token(@Nullable String token) {
                got.add(String.valueOf(token));
            }

            @Override
            public void failed(EtcdException cause) {
                throw cause;
            }
        });
        return got.get(0);
    }

    @Test
    void aMemberThatDoesNotKnowTheEntryOfTheTokenGetsANewOne() {
        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        host.nanos += SECOND;

        assertThat(tokenFor(dialled(99))).isEqualTo("second.7");
    }

    @Test
    void aMemberThatSpokeBeforeTheTokenWasMadeIsShownIt() {
        Connection before = dialled(99);
        host.nanos += SECOND;

        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        assertThat(tokenFor(before)).isEqualTo("first.100");
    }

    @Test
    void aMemberThatKnowsTheEntryOrSaysNothingIsShownTheToken() {
        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        host.nanos += SECOND;

        assertThat(tokenFor(dialled(100))).isEqualTo("first.100");
        assertThat(tokenFor(dialled(0))).isEqualTo("first.100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-number", "head.body.100", "x.", "x.99999999999999999999", "x.1y"})
    void aTokenWithoutANumberIsShownToEveryMember(String token) {
        given.set(0, token);
        assertThat(tokenFor(dialled(100))).isEqualTo(token);
        host.nanos += SECOND;

        assertThat(tokenFor(dialled(1))).isEqualTo(token);
    }

    /** Where all happens at once, and what is for later makes the time pass. */
    private static final class Impatient implements SimulatedHost {

        private long nanos = SECOND;

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
            nanos += delay;
            task.run();
            return () -> {};
        }

        @Override
        public void failed(Throwable bug) {
            throw new AssertionError(bug);
        }
    }
}
