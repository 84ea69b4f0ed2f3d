package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which etcd, and who we are to it. An option wins over {@code ROLLCALL_*}, and that over {@code ETCDCTL_*}. */
final class StoreOptions {

    private final Console console;
    private final StoreAccess access;

    @Option(
            names = "--endpoints",
            paramLabel = "URL,...",
            description = "etcd's addresses (ROLLCALL_ENDPOINTS, ETCDCTL_ENDPOINTS; else " + StoreAccess.NOWHERE + ").")
    private @Nullable String endpoints;

    @Option(
            names = "--user",
            paramLabel = "NAME:PASSWORD",
            description = "Better in ROLLCALL_USER or ETCDCTL_USER; the password alone may stand in *_PASSWORD.")
    private @Nullable String user;

    @Option(
            names = "--cacert",
            paramLabel = "PEM",
            description = "Authorities to believe (ROLLCALL_CACERT, ETCDCTL_CACERT).")
    private @Nullable String cacert;

    @Option(names = "--cert", paramLabel = "PEM", description = "Our certificate (ROLLCALL_CERT, ETCDCTL_CERT).")
    private @Nullable String cert;

    @Option(names = "--key", paramLabel = "PEM", description = "Its private key (ROLLCALL_KEY, ETCDCTL_KEY).")
    private @Nullable String key;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Bound of a call, such as 5s or 500ms (ROLLCALL_TIMEOUT, ETCDCTL_COMMAND_TIMEOUT; else 5s).")
    private @Nullable String timeout;

    StoreOptions(Console console) {
        this.console = console;
        this.access = new StoreAccess("--", List.of("ROLLCALL_", "ETCDCTL_"), console);
    }

    /** The endpoints, each with its scheme. */
    List<String> endpoints() {
        return access.endpoints(endpoints, tls());
    }

    Optional<Credentials> credentials() {
        return access.credentials(user);
    }

    Optional<Tls> tls() {
        return access.tls(cacert, cert, key);
    }

    /** The bound of one call. */
    Duration timeout() {
        if (timeout != null) {
            return TimeText.parse("--timeout", timeout);
        }
        return console.variable("ROLLCALL_TIMEOUT")
                .or(() -> console.variable("ETCDCTL_COMMAND_TIMEOUT"))
                .map(text -> TimeText.parse("ROLLCALL_TIMEOUT", text))
                .orElse(Duration.ofSeconds(5));
    }

    EtcdClient connect() {
        return access.connect(endpoints(), credentials(), tls(), timeout());
    }
}
