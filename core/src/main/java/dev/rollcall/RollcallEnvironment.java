package dev.rollcall;

import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.Tls;
import dev.rollcall.keyspace.Keyspace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads settings from environment variables. */
final class RollcallEnvironment {

    private static final String LOCAL = "http://127.0.0.1:2379";

    private final Map<String, String> variables;

    RollcallEnvironment(Map<String, String> variables) {
        this.variables = variables;
    }

    RollcallBuilder read() {
        Tls tls = tls();
        RollcallBuilder builder = parsed("ENDPOINTS", text -> new RollcallBuilder(withScheme(text, tls != null)))
                .orElseGet(() -> new RollcallBuilder(LOCAL));
        if (tls != null) {
            builder.tls(tls);
        }
        credentials().ifPresent(builder::credentials);
        parsed("KEYSPACE", Keyspace::parse).ifPresent(builder::keyspace);
        parsed("PREFIX", Function.identity()).ifPresent(builder::prefix);
        parsed("LEASE", text -> builder.leaseTime(duration(text)));
        return builder;
    }

    private @Nullable Tls tls() {
        Optional<Path> ca = parsed("CACERT", RollcallEnvironment::path);
        Optional<Path> certificate = parsed("CERT", RollcallEnvironment::path);
        Optional<Path> key = parsed("KEY", RollcallEnvironment::path);
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "of ROLLCALL_CERT and ROLLCALL_KEY one is set without the other; set both, or none");
        }
        return ca.isEmpty() && key.isEmpty() ? null : new Tls(ca, certificate, key);
    }

    /** The password may stand with the user or by itself; no error repeats either. */
    private Optional<Credentials> credentials() {
        Optional<String> user = value("USER");
        Optional<String> password = value("PASSWORD");
        if (user.isPresent() && password.isPresent()) {
            return Optional.of(Credentials.of(user.get(), password.get()));
        }
        if (user.isPresent() && user.get().indexOf(':') < 1) {
            throw new IllegalArgumentException(
                    "ROLLCALL_USER has no password; write NAME:PASSWORD, or set ROLLCALL_PASSWORD too");
        }
        return user.map(Credentials::parse);
    }

    /** As etcdctl does: an endpoint without a scheme is meant to be encrypted where TLS files are given. */
    private static String withScheme(String endpoints, boolean secure) {
        return Arrays.stream(endpoints.split(",", -1))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .map(one -> one.contains("://") ? one : (secure ? "https://" : "http://") + one)
                .collect(Collectors.joining(","));
    }

    /** As the JDK reads it, but without its message, which repeats the text raw. */
    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("this is no path of a file", e);
        }
    }

    private static Duration duration(String text) {
        String seconds = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
        if (!seconds.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("a lease time is a number of seconds, as in 3 or 3s");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    private <T> Optional<T> parsed(String name, Function<String, T> parser) {
        return value(name).map(text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(source(name) + ": " + e.getMessage(), e);
            }
        });
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(source(name)))
                .filter(text -> !text.isBlank())
                .map(String::strip);
    }

    /** Ours, or where that is not set the one of etcdctl. */
    private String source(String name) {
        String ours = variables.get("ROLLCALL_" + name);
        return ours == null || ours.isBlank() ? "ETCDCTL_" + name : "ROLLCALL_" + name;
    }
}
