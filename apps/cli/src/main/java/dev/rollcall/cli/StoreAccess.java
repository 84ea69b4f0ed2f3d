package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way to an etcd, from options that may not have been given, and variables in their place.
 *
 * @param option how the names of its options begin
 * @param variables how the names of its variables begin, the strongest first
 * @param console knows the variables
 */
record StoreAccess(String option, List<String> variables, Console console) {

    /** Where etcd is, unless somebody says something else. */
    static final String NOWHERE = "http://127.0.0.1:2379";

    /** The endpoints, each with its scheme. */
    List<String> endpoints(@Nullable String given, Optional<Tls> tls) {
        String scheme = tls.isPresent() ? "https://" : "http://";
        List<String> urls = new ArrayList<>();
        for (String part : value(given, "ENDPOINTS").orElse(NOWHERE).split(",", -1)) {
            String url = part.strip();
            if (!url.isEmpty()) {
                urls.add(url.contains("://") ? url : scheme + url);
            }
        }
        if (urls.isEmpty()) {
            throw Failure.usage("the list of endpoints names no address; give one like " + NOWHERE);
        }
        return urls;
    }

    /** Who we are. */
    Optional<Credentials> credentials(@Nullable String given) {
        Optional<String> name = value(given, "USER");
        if (name.isEmpty() || name.get().indexOf(':') > 0) {
            return name.map(Credentials::parse);
        }
        String password = variable("PASSWORD")
                .orElseThrow(() -> Failure.usage("the user " + name.get() + " needs a password; give " + option
                        + "user NAME:PASSWORD or set " + variables.get(0) + "PASSWORD"));
        return Optional.of(Credentials.of(name.get(), password));
    }

    /** Whom to believe, and what to show. */
    Optional<Tls> tls(@Nullable String cacert, @Nullable String cert, @Nullable String key) {
        Optional<Path> ca = file(cacert, "CACERT");
        Optional<Path> certificate = file(cert, "CERT");
        Optional<Path> privateKey = file(key, "KEY");
        if (certificate.isPresent() != privateKey.isPresent()) {
            throw Failure.usage(option + "cert and " + option + "key go together; give both or none");
        }
        return ca.isEmpty() && certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new Tls(ca, certificate, privateKey));
    }

    /** A client. */
    EtcdClient connect(List<String> endpoints, Optional<Credentials> user, Optional<Tls> tls, Duration timeout) {
        EtcdClientBuilder builder;
        try {
            builder = EtcdClient.builder(endpoints.toArray(String[]::new)).callTimeout(timeout);
        } catch (IllegalArgumentException | EtcdException e) {
            throw Failure.usage("the endpoints cannot be used: " + e.getMessage());
        }
        user.ifPresent(builder::credentials);
        tls.ifPresent(builder::tls);
        return builder.connect();
    }

    private Optional<Path> file(@Nullable String given, String variable) {
        Optional<Path> path = value(given, variable).map(Path::of);
        path.filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw Failure.usage(option + variable.toLowerCase(java.util.Locale.ROOT) + ": the file " + file
                    + " is not there or cannot be read");
        });
        return path;
    }

    private Optional<String> value(@Nullable String given, String variable) {
        return given != null ? Optional.of(given) : variable(variable);
    }

    private Optional<String> variable(String name) {
        return variables.stream()
                .flatMap(start -> console.variable(start + name).stream())
                .findFirst();
    }
}
