package dev.rollcall.nemesis;

import dev.rollcall.etcd.testkit.EtcdSpec;
import java.nio.file.Path;

/** The stores that a round may be played on. */
enum StoreChoice {
    /** One etcd 3.5.16. */
    SINGLE35,
    /** One etcd 3.4.23, whose watches are known to lose events. */
    SINGLE34,
    /** Three of 3.5.16. */
    CLUSTER35,
    /** Three of 3.4.23. */
    CLUSTER34,
    /** One of 3.4.23 and two of 3.5.16, as in an upgrade. */
    MIXED,
    /** One of 3.5.16 with users, whose tokens expire after 5 s. */
    AUTH,
    /** The embedded server in a process of its own. */
    EMBEDDED;

    private static final String OLD = "3.4.23";
    private static final String NEW = "3.5.16";
    private static final String PASSWORD = "canary-nemesis";

    static StoreChoice of(String name) {
        return valueOf(name.trim().toUpperCase(java.util.Locale.ROOT));
    }

    Store start(Path directory) {
        return switch (this) {
            case SINGLE35 -> real(EtcdSpec.real(NEW), directory, "");
            case SINGLE34 -> real(EtcdSpec.real(OLD), directory, "");
            case CLUSTER35 -> real(EtcdSpec.cluster(NEW, 3), directory, "");
            case CLUSTER34 -> real(EtcdSpec.cluster(OLD, 3), directory, "");
            case MIXED -> real(EtcdSpec.mixed(OLD, NEW, NEW), directory, "");
            case AUTH ->
                real(
                        EtcdSpec.real(NEW).withFlags("--auth-token-ttl=5").withRootPassword(PASSWORD),
                        directory,
                        PASSWORD);
            case EMBEDDED -> new EmbeddedStore(directory);
        };
    }

    private static Store real(EtcdSpec spec, Path directory, String password) {
        return new RealStore(spec.in(directory), password);
    }
}
