package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which etcd, and who we are to it. An option wins over {@code ROLLCALL_*}, and that over {@code ETCDCTL_*}. */
final class StoreOptions {

    private static final String NOWHERE = "http://127.0.0.1:2379";

    private final Console console;

    @Option(
            names = "--endpoints",
            paramLabel = "URL,...",
            description = "etcd's addresses (ROLLCALL_ENDPOINTS, ETCDCTL_ENDPOINTS; else " + NOWHERE + ").")
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
    }

    /** The endpoints, each with its scheme. */
    List<String> endpoints() {
        String scheme = tls().isPresent() ? "https://" : "http://";
        List<String> urls = new ArrayList<>();
        for (String part : value(endpoints, "ENDPOINTS").orElse(NOWHERE).split(",", -1)) {
            String url = part.strip();
            if (!url.isEmpty()) {
                urls.add(url.contains("://") ? url : scheme + url);
            }
        }
        if (urls.isEmpty()) {
            throw Failure.usage("--endpoints names no address; give one like " + NOWHERE);
        }
        return urls;
    }

    Optional<Credentials> credentials() {
        Optional<String> name = value(user, "USER");
        if (name.isEmpty() || name.get().indexOf(':') > 0) {
            return name.map(Credentials::parse);
        }
        String password = variable("PASSWORD")
                .orElseThrow(() -> Failure.usage("the user " + name.get()
                        + " needs a password; give --user NAME:PASSWORD or set ROLLCALL_PASSWORD"));
        return Optional.of(Credentials.of(name.get(), password));
    }

    Optional<Tls> tls() {
        Optional<Path> ca = file(cacert, "CACERT", "--cacert");
        Optional<Path> certificate = file(cert, "CERT", "--cert");
        Optional<Path> privateKey = file(key, "KEY", "--key");
        if (certificate.isPresent() != privateKey.isPresent()) {
            throw Failure.usage("--cert and --key go together; give both or none");
        }
        return ca.isEmpty() && certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new Tls(ca, certificate, privateKey));
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
        EtcdClientBuilder builder =
                EtcdClient.builder(endpoints().toArray(String[]::new)).callTimeout(timeout());
        credentials().ifPresent(builder::credentials);
        tls().ifPresent(builder::tls);
        return builder.connect();
    }

    private Optional<Path> file(@Nullable String option, String variable, String name) {
        Optional<Path> path = value(option, variable).map(Path::of);
        path.filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw Failure.usage(name + ": the file " + file + " is not there or cannot be read");
        });
        return path;
    }

    private Optional<String> value(@Nullable String option, String variable) {
        return option != null ? Optional.of(option) : variable(variable);
    }

    private Optional<String> variable(String name) {
        return console.variable("ROLLCALL_" + name).or(() -> console.variable("ETCDCTL_" + name));
    }
}
