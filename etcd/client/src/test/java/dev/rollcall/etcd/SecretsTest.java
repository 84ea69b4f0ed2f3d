package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import io.grpc.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A password and a token with a mark: neither shows up in what the client prints, says or throws, on any level of logging. */
class SecretsTest {

    private static final String MARK = "canary-";

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.rollcall.etcd");
    private final ListAppender<ILoggingEvent> kept = new ListAppender<>();
    private final Level before = logger.getLevel();

    @BeforeEach
    void keep() {
        kept.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(kept);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(kept);
        logger.setLevel(before);
        etcd.close();
    }

    private EtcdClientBuilder builder() {
        return EtcdClient.builder(etcd.endpoint())
                .callTimeout(Duration.ofSeconds(2))
                .credentials(Credentials.of("user", MARK + "password"));
    }

    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private void assertNothingShown(List<String> said) {
        List<String> all = new ArrayList<>(said);
        for (ILoggingEvent event : List.copyOf(kept.list)) {
            all.add(event.getFormattedMessage());
            if (event.getThrowableProxy() instanceof ch.qos.logback.classic.spi.ThrowableProxy proxy) {
                all.add(printed(proxy.getThrowable()));
            }
        }
        assertThat(all).isNotEmpty().noneMatch(text -> text.contains(MARK));
    }

    @Test
    void credentialsPrintTheUserOnly() {
        Credentials credentials = Credentials.parse("user:" + MARK + "password");
        assertThat(credentials).hasToString("user:***");
        assertNothingShown(List.of(credentials.toString(), String.valueOf(List.of(credentials))));
    }

    @Test
    void aRefusedPasswordIsNotShown() {
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .await()
                .fail(Status.INVALID_ARGUMENT.withDescription(
                        "etcdserver: authentication failed, invalid user ID or password"));
        try (EtcdClient client = builder().connect()) {
            Throwable refused = catchThrowable(() -> client.kv().get("/a"));
            assertThat(refused).isInstanceOf(EtcdException.class);
            assertNothingShown(List.of(printed(refused)));
        }
    }

    @Test
    void aRefusedTokenIsNotShown() {
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .reply(AuthenticateResponse.newBuilder()
                        .setToken(MARK + "token")
                        .build());
        Status old = Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
        etcd.always(KVGrpc.getRangeMethod()).await().fail(old);
        etcd.always(WatchGrpc.getWatchMethod())
                .answerEach(request -> EtcdMessages.canceled(-1, 1, "etcdserver: invalid auth token").toBuilder()
                        .setCreated(true)
                        .build());
        try (EtcdClient client = builder().connect()) {
            Watch watch = client.watches().watch("/w/", batch -> {});
            Throwable refused = catchThrowable(() -> client.kv().get("/a"));
            assertThat(refused).isInstanceOf(EtcdException.class);
            assertThat(etcd.calls(KVGrpc.getRangeMethod()).get(0).header("token"))
                    .isEqualTo(MARK + "token");
            assertNothingShown(List.of(printed(refused), watch.toString()));
        }
    }
}
