package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of etcd that the embedded server does not have. Those that change nothing of what clients see are taken and do nothing, so that
 * a command line written for etcd works; all others are refused, as to ignore them would be to lie.
 */
final class ForeignOptions {

    /** They tune what is not there (Raft, bbolt, Go's log), or say what holds anyway. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "--listen-peer-urls",
            "--initial-cluster-state",
            "--snapshot-count",
            "--heartbeat-interval",
            "--election-timeout",
            "--initial-election-tick-advance",
            "--strict-reconfig-check",
            "--pre-vote",
            "--max-snapshots",
            "--max-wals",
            "--backend-bbolt-freelist-type",
            "--backend-batch-interval",
            "--backend-batch-limit",
            "--bcrypt-cost",
            "--logger",
            "--log-outputs",
            "--metrics",
            "--v2-deprecation",
            "--unsafe-no-fsync",
            "--experimental-initial-corrupt-check",
            "--experimental-compact-hash-check-enabled",
            "--experimental-backend-bbolt-freelist-type",
            "--experimental-compaction-batch-limit",
            "--experimental-warning-apply-duration");

    private static final String ONE = "the embedded server is a cluster of one; use a real etcd for more";
    private static final String PEERS = "the embedded server has no peers to speak to; leave it out";

    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry(
                    "--config-file",
                    "the embedded server reads no configuration file; give options, or ETCD_* variables"),
            Map.entry("--wal-dir", "the embedded server keeps its log in --data-dir; leave it out"),
            Map.entry("--discovery", ONE),
            Map.entry("--discovery-srv", ONE),
            Map.entry("--force-new-cluster", "the embedded server is always alone; leave it out"),
            Map.entry("--enable-v2", "the embedded server speaks version 3 only; leave it out"),
            Map.entry("--auto-tls", "the embedded server makes no certificates; give --cert-file and --key-file"),
            Map.entry("--client-crl-file", "the embedded server reads no revocation lists; leave it out"),
            Map.entry("--client-cert-allowed-hostname", "the embedded server does not look at names; leave it out"),
            Map.entry("--cipher-suites", "the embedded server takes those of its TLS library; leave it out"),
            Map.entry("--host-whitelist", "the embedded server does not look at host names; leave it out"),
            Map.entry("--cors", "the embedded server lets every origin in, as etcd does without it; leave it out"),
            Map.entry("--peer-cert-file", PEERS),
            Map.entry("--peer-key-file", PEERS),
            Map.entry("--peer-trusted-ca-file", PEERS),
            Map.entry("--peer-client-cert-auth", PEERS),
            Map.entry("--peer-auto-tls", PEERS),
            Map.entry("--max-concurrent-streams", "the embedded server does not bound them; leave it out"),
            Map.entry("--grpc-keepalive-min-time", "the embedded server allows a ping in 5 s; leave it out"),
            Map.entry("--grpc-keepalive-interval", "the embedded server does not ping; leave it out"),
            Map.entry("--grpc-keepalive-timeout", "the embedded server does not ping; leave it out"),
            Map.entry("--enable-pprof", "the embedded server is a JVM; use jcmd"),
            Map.entry("--listen-metrics-urls", "use --listen-client-http-urls for the HTTP pages"),
            Map.entry(
                    "--experimental-enable-lease-checkpoint",
                    "leases live their full time after a restart; leave it out"));

    private ForeignOptions() {}

    /** Lets a command know these options, without showing them. */
    static void addTo(CommandSpec command) {
        for (Set<String> names : List.of(WITHOUT_EFFECT, REFUSED.keySet())) {
            for (String name : names) {
                command.addOption(OptionSpec.builder(name)
                        .arity("0..1")
                        .type(String.class)
                        .fallbackValue("true")
                        .hidden(true)
                        .build());
            }
        }
    }

    /** @throws Failure when an option is given, or its variable is set, that is refused and not switched off */
    static void check(CommandSpec command) {
        new TreeMap<>(REFUSED).forEach((name, why) -> {
            String value = command.findOption(name).getValue();
            if (value != null && !value.isEmpty() && !value.equals("false")) {
                throw Failure.usage(name + " (or " + variable(name) + "): " + why);
            }
        });
    }

    /** The variable in which etcd takes an option: {@code ETCD_DATA_DIR} for {@code --data-dir}; none for what is no option of etcd. */
    static Optional<String> variable(ArgSpec option) {
        if (!(option instanceof OptionSpec named) || !named.longestName().startsWith("--")) {
            return Optional.empty();
        }
        String name = named.longestName();
        boolean ours = Set.of("--insecure", "--while-input-is-open", "--help", "--debug")
                .contains(name);
        return ours ? Optional.empty() : Optional.of(variable(name));
    }

    private static String variable(String name) {
        return "ETCD_" + name.substring(2).replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }
}
