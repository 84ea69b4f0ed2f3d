package dev.rollcall.etcd.testkit;

import dev.rollcall.etcd.server.EmbeddedEtcdBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What kind of etcd a test wants: which one, how many members, with which flags and protection. Immutable. */
public final class EtcdSpec {

    /** The version asked for, of each member. */
    final List<String> versions;

    final List<String> flags;
    final @Nullable TestCertificates certificates;
    final boolean mutualTls;
    final @Nullable String rootPassword;
    /** Where data and logs lie, and stay; null for a place that is removed in the end. */
    final @Nullable Path directory;

    private final @Nullable Consumer<EmbeddedEtcdBuilder> embedded;

    private EtcdSpec(
            @Nullable Consumer<EmbeddedEtcdBuilder> embedded,
            List<String> versions,
            List<String> flags,
            @Nullable TestCertificates certificates,
            boolean mutualTls,
            @Nullable String rootPassword,
            @Nullable Path directory) {
        this.embedded = embedded;
        this.versions = List.copyOf(versions);
        this.directory = directory;
        this.flags = List.copyOf(flags);
        this.certificates = certificates;
        this.mutualTls = mutualTls;
        this.rootPassword = rootPassword;
    }

    /** The embedded server of Rollcall: in this JVM, in memory, up within milliseconds. It has no flags and no TLS. */
    public static EtcdSpec embedded() {
        return embedded(builder -> {});
    }

    /** The embedded server with settings of its own, such as a clock that the test moves or a cluster token. */
    public static EtcdSpec embedded(Consumer<EmbeddedEtcdBuilder> settings) {
        return new EtcdSpec(settings, List.of("embedded"), List.of(), null, false, null, null);
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
        return mixed(Collections.nCopies(Math.max(0, members), version).toArray(String[]::new));
    }

    /** A cluster of real etcd processes, one of each given version, as it is while a cluster is upgraded member by member. */
    public static EtcdSpec mixed(String... versions) {
        if (versions.length < 1 || versions.length > 9) {
            throw new IllegalArgumentException("a cluster has 1 to 9 members, not " + versions.length);
        }
        return new EtcdSpec(null, List.of(versions), List.of(), null, false, null, null);
    }

    /** The versions of real etcd that this machine has, oldest first. */
    public static List<String> realVersions() {
        return EtcdBinary.all().stream().map(EtcdBinary::version).distinct().toList();
    }

    /** Adds flags to every member's command line, after ours, so that they win: {@code --auto-compaction-retention=1}. */
    public EtcdSpec withFlags(String... more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of(more));
        return ofReal(all, certificates, mutualTls, rootPassword, directory);
    }

    /** Serves clients over TLS with the server certificate of {@code certificates}; clients need no certificate. */
    public EtcdSpec withTls(TestCertificates certificates) {
        return ofReal(flags, certificates, false, rootPassword, directory);
    }

    /** Serves clients over TLS, and only those that show a certificate of the same authority. */
    public EtcdSpec withMutualTls(TestCertificates certificates) {
        return ofReal(flags, certificates, true, rootPassword, directory);
    }

    /** Turns authentication on, with the user {@code root} of this password; also again after every wipe. */
    public EtcdSpec withRootPassword(String password) {
        return new EtcdSpec(embedded, versions, flags, certificates, mutualTls, password, directory);
    }

    /** Keeps data and logs of the members below a directory, which is the caller's to remove. */
    public EtcdSpec in(Path directory) {
        return ofReal(flags, certificates, mutualTls, rootPassword, directory);
    }

    private EtcdSpec ofReal(
            List<String> flags,
            @Nullable TestCertificates certificates,
            boolean mutualTls,
            @Nullable String rootPassword,
            @Nullable Path directory) {
        if (embedded != null) {
            throw new IllegalStateException(
                    "the embedded etcd has no flags and no TLS: use EtcdSpec.real(version) for those");
        }
        return new EtcdSpec(null, versions, flags, certificates, mutualTls, rootPassword, directory);
    }

    /**
     * Starts it; the caller closes it.
     *
     * @throws IllegalStateException if the version is not on this machine (it says what to do) or etcd does not come up
     */
    public TestEtcd start() {
        if (embedded != null) {
            return EmbeddedNode.launch(this, embedded);
        }
        List<EtcdProcess> processes = EtcdProcess.launch(this);
        return processes.size() == 1 ? processes.get(0) : new EtcdCluster(this, processes);
    }

    /** How the testkit itself talks to the given endpoints. */
    AdminCalls adminCalls(List<String> endpoints) {
        return new AdminCalls(endpoints, certificates, rootPassword);
    }
}
