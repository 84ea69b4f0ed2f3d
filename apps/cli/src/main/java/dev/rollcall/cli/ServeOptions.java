package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.EmbeddedEtcdBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** etcd's options, as far as the embedded server can do what they say. The others are in {@link ForeignOptions}. */
final class ServeOptions {

    private static final String CLIENT = "--listen-client-urls";
    private static final String HTTP = "--listen-client-http-urls";
    private static final String ADVERTISE = "--advertise-client-urls";
    private static final String CLUSTER = "--initial-cluster";
    private static final String RETENTION = "--auto-compaction-retention";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--name", paramLabel = "NAME", description = "The member's name. Default: default.")
    private String name = "default";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep the data in this directory, created where there is none. Default: in memory.")
    private @Nullable Path dataDirectory;

    @Option(
            names = CLIENT,
            paramLabel = "URL",
            description = "Where clients connect; port 0 takes a free one. Default: http://127.0.0.1:2379.")
    private String clientUrl = "http://127.0.0.1:2379";

    @Option(
            names = ADVERTISE,
            paramLabel = "URL,...",
            description = "What clients are told to connect to. Default: where they connect.")
    private @Nullable String advertised;

    @Option(
            names = HTTP,
            paramLabel = "URL",
            description =
                    "Where the HTTP pages and the JSON gateway answer, another port of the same host. Default: nowhere.")
    private @Nullable String httpUrl;

    @Option(
            names = "--initial-advertise-peer-urls",
            paramLabel = "URL",
            description = "Goes into the ids of a new store; nothing listens there. Default: http://localhost:2380.")
    private String peerUrl = "http://localhost:2380";

    @Option(names = CLUSTER, paramLabel = "NAME=URL", description = "Nobody but this member.")
    private @Nullable String initialCluster;

    @Option(
            names = "--initial-cluster-token",
            paramLabel = "TEXT",
            description =
                    "Goes into the ids of a new store. Default: random, so that a wiped store is another cluster.")
    private @Nullable String clusterToken;

    @Option(
            names = "--quota-backend-bytes",
            paramLabel = "BYTES",
            description = "How large the data may grow; 0 for 2 GiB, negative for no bound. Default: 0.")
    private long quotaBytes;

    @Option(
            names = "--auto-compaction-mode",
            paramLabel = "MODE",
            description = "What the retention counts: periodic or revision. Default: periodic.")
    private String compactionMode = "periodic";

    @Option(
            names = RETENTION,
            paramLabel = "N",
            description = "How much of the past is kept: a time such as 30m, a number for hours; or revisions."
                    + " Default: 0, all of it.")
    private String retention = "0";

    @Option(names = "--max-txn-ops", paramLabel = "N", description = "Most operations in a transaction. Default: 128.")
    private int maxTxnOps = 128;

    @Option(names = "--max-request-bytes", paramLabel = "N", description = "The largest write. Default: 1572864.")
    private int maxRequestBytes = 1536 * 1024;

    @Option(names = "--auth-token", paramLabel = "KIND", description = "Kind of tokens: simple.")
    private String authToken = "simple";

    @Option(
            names = "--auth-token-ttl",
            paramLabel = "SECONDS",
            description = "How long a token lives when it is not used. Default: 300.")
    private int authTokenTtl = 300;

    @Option(
            names = "--experimental-watch-progress-notify-interval",
            paramLabel = "TIME",
            description = "Time between progress messages to watchers that want them. Default: 10m.")
    private @Nullable String progressInterval;

    @Option(names = "--cert-file", paramLabel = "PEM", description = "The certificate that clients are shown.")
    private @Nullable Path certificate;

    @Option(names = "--key-file", paramLabel = "PEM", description = "Its key, PKCS#8 without a password.")
    private @Nullable Path key;

    @Option(
            names = "--trusted-ca-file",
            paramLabel = "PEM",
            description = "Serve only clients that show a certificate of this authority.")
    private @Nullable Path authority;

    @Option(
            names = "--client-cert-auth",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "What --trusted-ca-file alone does.")
    private boolean clientCertAuth;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "debug, info, warn or error. Default: warn.")
    private @Nullable String logLevel;

    @Option(names = "--insecure", description = "Serve beyond this machine, too, without asking for TLS and users.")
    private boolean insecure;

    /**
     * Refuses what cannot be done.
     *
     * @throws Failure that says what, which option or variable, and what to do
     */
    void check() {
        if (command != null) {
            ForeignOptions.check(command);
        }
        if (!authToken.equals("simple")) {
            throw Failure.usage("--auth-token: the embedded server has simple tokens only, not '" + firstWord(authToken)
                    + "'; leave it out, or use a real etcd");
        }
        if ((certificate == null) != (key == null)) {
            throw Failure.usage("--cert-file and --key-file go together; give both or none");
        }
        if ((clientCertAuth || authority != null) && (authority == null || certificate == null)) {
            throw Failure.usage("--client-cert-auth and --trusted-ca-file need each other, --cert-file and --key-file");
        }
        if (initialCluster != null && initialCluster.contains(",")) {
            throw Failure.usage(CLUSTER + ": the embedded server is a cluster of one, and '" + initialCluster
                    + "' names more; use a real etcd for those");
        }
        if (logLevel != null && Logging.level(logLevel).isEmpty()) {
            throw Failure.usage("--log-level: there is no level '" + logLevel + "'; write debug, info, warn or error");
        }
    }

    /** The settings of the server. */
    EmbeddedEtcdBuilder builder() {
        ListenAddress client = ListenAddress.parse(CLIENT, clientUrl, certificate != null);
        client.check(insecure || certificate != null);
        EmbeddedEtcdBuilder builder = EmbeddedEtcd.builder()
                .name(name)
                .host(client.host())
                .port(client.port())
                .peerUrl(peerUrl)
                .quotaBytes(quotaBytes);
        try {
            builder.maxTxnOps(maxTxnOps).maxRequestBytes(maxRequestBytes);
            builder.authTokenTtl(Duration.ofSeconds(authTokenTtl));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(inOptions(String.valueOf(e.getMessage())));
        }
        if (clusterToken != null) {
            builder.clusterToken(clusterToken);
        }
        if (dataDirectory != null) {
            builder.dataDirectory(dataDirectory);
        }
        if (advertised != null) {
            builder.advertisedUrls(advertisedUrls(advertised));
        }
        if (progressInterval != null) {
            builder.progressInterval(GoTime.parse("--experimental-watch-progress-notify-interval", progressInterval));
        }
        http(builder, client);
        compaction(builder);
        if (certificate != null && key != null) {
            builder.tls(certificate, key);
        }
        // As in etcd: who names an authority wants certificates of it, be --client-cert-auth given or not.
        if (authority != null) {
            builder.clientAuthority(authority);
        }
        return insecure ? builder.insecure() : builder;
    }

    private void http(EmbeddedEtcdBuilder builder, ListenAddress client) {
        if (httpUrl != null) {
            ListenAddress http = ListenAddress.parse(HTTP, httpUrl, certificate != null);
            if (!http.host().equals(client.host())) {
                throw Failure.usage(HTTP + ": its host must be that of " + CLIENT + ", " + client.host());
            }
            builder.httpPort(http.port());
        }
    }

    private void compaction(EmbeddedEtcdBuilder builder) {
        switch (compactionMode) {
            case "periodic" -> {
                Duration kept = retention.matches("[0-9]{1,6}")
                        ? Duration.ofHours(Long.parseLong(retention))
                        : GoTime.parse(RETENTION, retention);
                if (!kept.isZero()) {
                    builder.compactOlderThan(kept);
                }
            }
            case "revision" -> {
                if (!retention.matches("[0-9]{1,18}")) {
                    throw Failure.usage(RETENTION + ": '" + retention + "' is no number of revisions");
                }
                if (Long.parseLong(retention) > 0) {
                    builder.compactBehind(Long.parseLong(retention));
                }
            }
            default ->
                throw Failure.usage("--auto-compaction-mode: there is no mode '" + compactionMode
                        + "'; write periodic or revision");
        }
    }

    private static List<String> advertisedUrls(String text) {
        List<String> urls = List.of(text.split(",", -1));
        for (String url : urls) {
            try {
                if (URI.create(url).getHost() == null || !url.matches("https?://.*")) {
                    throw new IllegalArgumentException("no host");
                }
            } catch (IllegalArgumentException e) {
                throw Failure.usage(ADVERTISE + ": '" + url + "' is no URL; write it like http://10.0.0.5:2379");
            }
        }
        return urls;
    }

    /** The builder names its methods where a user knows options. */
    private static String inOptions(String message) {
        return message.replace("maxTxnOps is", "--max-txn-ops:")
                .replace("maxRequestBytes is", "--max-request-bytes:")
                .replace("authTokenTtl is", "--auth-token-ttl:");
    }

    private static String firstWord(String text) {
        return text.split(",", 2)[0].toLowerCase(Locale.ROOT);
    }
}
