package dev.rollcall.etcd.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What kind of etcd a test wants: which one, how many members, with which flags and protection. Immutable. */
public final class EtcdSpec {

    /** The version asked for. */
    final String version;

    final int members;
    final List<String> flags;
    final @Nullable TestCertificates certificates;
    final boolean mutualTls;
    final @Nullable String rootPassword;

    private EtcdSpec(
            String version,
            int members,
            List<String> flags,
            @Nullable TestCertificates certificates,
            boolean mutualTls,
            @Nullable String rootPassword) {
        this.version = version;
        this.members = members;
        this.flags = List.copyOf(flags);
        this.certificates = certificates;
        this.mutualTls = mutualTls;
        this.rootPassword = rootPassword;
    }

    /**
     * A real etcd: a process of this machine's binary.
     *
     * <p>The binary is looked for in {@code ~/.cache/rollcall/etcd/<version>/etcd}, at {@code ETCD_BIN} and on the {@code PATH}.
     *
     * @param version an exact one ({@code 3.5.16}), or a line of versions ({@code 3.5}), of which the newest is taken
     */
    public static EtcdSpec real(String version) {
        return cluster(version, 1);
    }

    /** A cluster of real etcd processes, all of one version, on loopback. */
    public static EtcdSpec cluster(String version, int members) {
        if (members < 1 || members > 9) {
            throw new IllegalArgumentException("a cluster has 1 to 9 members, not " + members);
        }
        return new EtcdSpec(version, members, List.of(), null, false, null);
    }

    /** The versions of real etcd that this machine has, oldest first. */
    public static List<String> realVersions() {
        return EtcdBinary.all().stream().map(EtcdBinary::version).distinct().toList();
    }

    /** Adds flags to every member's command line, after ours, so that they win: {@code --auto-compaction-retention=1}. */
    public EtcdSpec withFlags(String... more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of(more));
        return new EtcdSpec(version, members, all, certificates, mutualTls, rootPassword);
    }

    /** Serves clients over TLS with the server certificate of {@code certificates}; clients need no certificate. */
    public EtcdSpec withTls(TestCertificates certificates) {
        return new EtcdSpec(version, members, flags, certificates, false, rootPassword);
    }

    /** Serves clients over TLS, and only those that show a certificate of the same authority. */
    public EtcdSpec withMutualTls(TestCertificates certificates) {
        return new EtcdSpec(version, members, flags, certificates, true, rootPassword);
    }

    /** Turns authentication on, with the user {@code root} of this password; also again after every wipe. */
    public EtcdSpec withRootPassword(String password) {
        return new EtcdSpec(version, members, flags, certificates, mutualTls, password);
    }

    /**
     * Starts it; the caller closes it.
     *
     * @throws IllegalStateException if the version is not on this machine (it says what to do) or etcd does not come up
     */
    public TestEtcd start() {
        List<EtcdProcess> processes = EtcdProcess.launch(this);
        return processes.size() == 1 ? processes.get(0) : new EtcdCluster(this, processes);
    }

    /** How the testkit itself talks to the given endpoints. */
    AdminCalls adminCalls(List<String> endpoints) {
        return new AdminCalls(endpoints, certificates, rootPassword);
    }
}
