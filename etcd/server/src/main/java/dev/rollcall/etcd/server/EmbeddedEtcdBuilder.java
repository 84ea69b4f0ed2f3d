package dev.rollcall.etcd.server;

import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.transport.Limits;
import dev.rollcall.etcd.server.transport.ServerTls;
import dev.rollcall.etcd.server.transport.Settings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Settings for an {@link EmbeddedEtcd}. A server takes a copy when it is started. Not safe for use by several threads. */
public final class EmbeddedEtcdBuilder {
    /** etcd's own: ten minutes. */
    private static final Duration DEFAULT_PROGRESS_INTERVAL = Duration.ofMinutes(10);

    /** etcd's own: five minutes. */
    private static final Duration DEFAULT_TOKEN_TTL = Duration.ofMinutes(5);

    private static final int MAX_REQUEST_BYTES = 64 << 20;

    private static final Duration MIN_PROGRESS_INTERVAL = Duration.ofMillis(100);

    private String host = "127.0.0.1";
    private int port;
    private @Nullable Integer httpPort;
    private @Nullable String advertisedHost;
    private String name = "default";
    private String peerUrl = "http://localhost:2380";
    private @Nullable String clusterToken;
    private Duration progressInterval = DEFAULT_PROGRESS_INTERVAL;
    private Duration tokenTtl = DEFAULT_TOKEN_TTL;
    private LongSupplier clock = System::nanoTime;
    private @Nullable Path dataDirectory;
    private Quota quota = Quota.DEFAULT;
    private AutoCompaction.Rule compaction = AutoCompaction.Rule.OFF;
    private Limits limits = Limits.DEFAULT;
    private List<String> advertisedUrls = List.of();
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable Path clientAuthority;
    private boolean insecure;
    private boolean open;

    EmbeddedEtcdBuilder() {}

    private EmbeddedEtcdBuilder(EmbeddedEtcdBuilder other) {
        host = other.host;
        port = other.port;
        httpPort = other.httpPort;
        advertisedHost = other.advertisedHost;
        name = other.name;
        peerUrl = other.peerUrl;
        clusterToken = other.clusterToken;
        progressInterval = other.progressInterval;
        tokenTtl = other.tokenTtl;
        clock = other.clock;
        dataDirectory = other.dataDirectory;
        quota = other.quota;
        compaction = other.compaction;
        limits = other.limits;
        advertisedUrls = other.advertisedUrls;
        certificate = other.certificate;
        key = other.key;
        clientAuthority = other.clientAuthority;
        insecure = other.insecure;
        open = other.open;
    }

    /** The host name or address to listen at. Default: {@code 127.0.0.1}. What any but a loopback one needs, {@link #start} tells. */
    public EmbeddedEtcdBuilder host(String host) {
        this.host = Objects.requireNonNull(host, "host");
        return this;
    }

    /** The port to listen at, 0 for a free one. Default: 0. */
    public EmbeddedEtcdBuilder port(int port) {
        this.port = requirePort(port);
        return this;
    }

    /**
     * Serves {@code /health}, {@code /livez}, {@code /readyz}, {@code /version}, {@code /metrics} and etcd's JSON gateway ({@code /v3/...}) at
     * this port, 0 for a free one. Default: not at all.
     */
    public EmbeddedEtcdBuilder httpPort(int httpPort) {
        this.httpPort = requirePort(httpPort);
        return this;
    }

    /**
     * The host that clients are told to connect to. Default: {@link #host}, or an address of this machine if that stands for all
     * addresses.
     */
    public EmbeddedEtcdBuilder advertisedHost(String advertisedHost) {
        this.advertisedHost = Objects.requireNonNull(advertisedHost, "advertisedHost");
        return this;
    }

    /** The URLs that clients are told to connect to, in place of {@link #advertisedHost} and the port. Default: none. */
    public EmbeddedEtcdBuilder advertisedUrls(List<String> advertisedUrls) {
        this.advertisedUrls = List.copyOf(advertisedUrls);
        return this;
    }

    /** The member's name. Default: {@code default}. */
    public EmbeddedEtcdBuilder name(String name) {
        this.name = Objects.requireNonNull(name, "name");
        return this;
    }

    /** The member's peer URL, which goes into its ids; nothing listens there. Default: {@code http://localhost:2380}. */
    public EmbeddedEtcdBuilder peerUrl(String peerUrl) {
        this.peerUrl = Objects.requireNonNull(peerUrl, "peerUrl");
        return this;
    }

    /**
     * The token that goes into the ids of cluster and member. Default: a random one for every new store, so that a wiped store is
     * seen to be another cluster. With {@code etcd-cluster} the ids are those of an etcd started without options.
     */
    public EmbeddedEtcdBuilder clusterToken(String clusterToken) {
        this.clusterToken = Objects.requireNonNull(clusterToken, "clusterToken");
        return this;
    }

    /**
     * Time between progress messages to a watcher that asked for them and hears nothing else. Default: ten minutes.
     *
     * @throws IllegalArgumentException below 100 ms
     */
    public EmbeddedEtcdBuilder progressInterval(Duration interval) {
        if (interval.compareTo(MIN_PROGRESS_INTERVAL) < 0) {
            throw new IllegalArgumentException("progressInterval is " + interval + ": give at least 100 ms");
        }
        this.progressInterval = interval;
        return this;
    }

    /**
     * How long the token of a user lives when it is not used. Default: five minutes.
     *
     * @throws IllegalArgumentException below a second
     */
    public EmbeddedEtcdBuilder authTokenTtl(Duration ttl) {
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("authTokenTtl is " + ttl + ": give at least 1 s");
        }
        this.tokenTtl = ttl;
        return this;
    }

    /**
     * The time by which leases and tokens end: monotonic nanoseconds. Default: {@link System#nanoTime()}. It is read ten times a second, on a
     * thread of the server.
     */
    public EmbeddedEtcdBuilder clock(LongSupplier clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * The directory to keep the data in, created where there is none. Every write is on disk before it is answered, and found again
     * after a crash, together with the ids of the store. One server at a time uses a directory. Default: none, all is in memory.
     */
    public EmbeddedEtcdBuilder dataDirectory(Path dataDirectory) {
        this.dataDirectory = Objects.requireNonNull(dataDirectory, "dataDirectory");
        return this;
    }

    /**
     * How large the data may grow, in bytes, as etcd's {@code --quota-backend-bytes}: then new data is refused, and the alarm NOSPACE raised,
     * until somebody compacts, defragments and disarms. Default, and for 0: 2 GiB. Negative for no bound.
     */
    public EmbeddedEtcdBuilder quotaBytes(long quotaBytes) {
        this.quota = quotaBytes == 0 ? Quota.DEFAULT : new Quota(quotaBytes);
        return this;
    }

    /**
     * Compacts by itself, so that only what was true within this time can be read, as etcd's {@code --auto-compaction-mode periodic}: first
     * after that time, then again after it, or every hour if it is longer. Default: never.
     *
     * @throws IllegalArgumentException below a second
     */
    public EmbeddedEtcdBuilder compactOlderThan(Duration age) {
        if (age.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("age is " + age + ": give at least a second");
        }
        this.compaction = AutoCompaction.Rule.periodic(age);
        return this;
    }

    /**
     * Compacts by itself, so that only so many revisions can be read, as etcd's {@code --auto-compaction-mode revision}; looked at every five
     * minutes. Default: never.
     *
     * @throws IllegalArgumentException below 1
     */
    public EmbeddedEtcdBuilder compactBehind(long revisions) {
        if (revisions < 1) {
            throw new IllegalArgumentException("revisions is " + revisions + ": give at least 1");
        }
        this.compaction = AutoCompaction.Rule.revisions(revisions);
        return this;
    }

    /**
     * Most comparisons, and most operations in a branch, of a transaction, as etcd's {@code --max-txn-ops}. Default: 128.
     *
     * @throws IllegalArgumentException below 1
     */
    public EmbeddedEtcdBuilder maxTxnOps(int maxTxnOps) {
        if (maxTxnOps < 1) {
            throw new IllegalArgumentException("maxTxnOps is " + maxTxnOps + ": give at least 1");
        }
        this.limits = new Limits(limits.requestBytes(), maxTxnOps);
        return this;
    }

    /**
     * The largest write in bytes, as etcd's {@code --max-request-bytes}. Default: 1.5 MiB.
     *
     * @throws IllegalArgumentException below 1 KiB, or above 64 MiB
     */
    public EmbeddedEtcdBuilder maxRequestBytes(int maxRequestBytes) {
        if (maxRequestBytes < 1024 || maxRequestBytes > MAX_REQUEST_BYTES) {
            throw new IllegalArgumentException(
                    "maxRequestBytes is " + maxRequestBytes + ": give 1024 to " + MAX_REQUEST_BYTES);
        }
        this.limits = new Limits(maxRequestBytes, limits.txnOps());
        return this;
    }

    /** Speaks TLS with this certificate and its key, PEM files that are read at every start; the key is PKCS#8 without a password. */
    public EmbeddedEtcdBuilder tls(Path certificate, Path key) {
        this.certificate = Objects.requireNonNull(certificate, "certificate");
        this.key = Objects.requireNonNull(key, "key");
        return this;
    }

    /** Serves only clients that show a certificate of this authority, a PEM file; goes with {@link #tls}. Default: whoever connects. */
    public EmbeddedEtcdBuilder clientAuthority(Path clientAuthority) {
        this.clientAuthority = Objects.requireNonNull(clientAuthority, "clientAuthority");
        return this;
    }

    /** Allows to listen beyond the loopback interface, where anyone who reaches the port can read and change everything. */
    public EmbeddedEtcdBuilder insecure() {
        this.insecure = true;
        return this;
    }

    /**
     * Starts a server.
     *
     * @throws IllegalArgumentException when the host cannot be resolved, a certificate cannot be used, or the host lies beyond loopback:
     *     that takes {@link #tls}, and {@link #clientAuthority} or users in the data directory, or else {@link #insecure()}
     * @throws java.io.UncheckedIOException when a port cannot be bound, or the data directory is damaged or in use
     */
    public EmbeddedEtcd start() {
        InetAddress address = resolve(host);
        boolean reachable = !address.isLoopbackAddress();
        if (reachable && !insecure && certificate == null) {
            throw new IllegalArgumentException("host is " + host
                    + ", which others can reach, and there is no TLS: listen at 127.0.0.1, give it a certificate, or call"
                    + " insecure() if the network is trusted");
        }
        if (clientAuthority != null && certificate == null) {
            throw new IllegalArgumentException("clientAuthority is given without a certificate: call tls() too");
        }
        EmbeddedEtcdBuilder config = new EmbeddedEtcdBuilder(this);
        config.open = reachable && !insecure && clientAuthority == null;
        if (config.advertisedHost == null) {
            config.advertisedHost = address.isAnyLocalAddress() ? reachableAddress() : bracketed(host);
        }
        EmbeddedEtcd etcd = new EmbeddedEtcd(config);
        etcd.restart();
        return etcd;
    }

    /** Whether whoever connects from anywhere is served, so that users must say who may do what. */
    boolean needsUsers() {
        return open;
    }

    String scheme() {
        return certificate == null ? "http://" : "https://";
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    @Nullable Integer httpPort() {
        return httpPort;
    }

    String advertisedHost() {
        return advertisedHost == null ? host : advertisedHost;
    }

    @Nullable Path dataDirectory() {
        return dataDirectory;
    }

    LongSupplier clock() {
        return clock;
    }

    Identity drawIdentity() {
        return Identity.of(peerUrl, clusterToken == null ? UUID.randomUUID().toString() : clusterToken);
    }

    Settings settings(int boundPort, @Nullable Integer boundHttpPort) {
        return new Settings(
                host,
                boundPort,
                boundHttpPort,
                name,
                peerUrl,
                advertisedHost(),
                progressInterval.toNanos(),
                clock,
                System::nanoTime,
                System.currentTimeMillis(),
                tokenTtl.toNanos(),
                quota,
                compaction,
                limits,
                advertisedUrls,
                certificate == null || key == null ? null : ServerTls.read(certificate, key, clientAuthority));
    }

    private static int requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port is " + port + ": give one from 1 to 65535, or 0 for a free one");
        }
        return port;
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("host is " + host + ", which cannot be resolved: give an address", e);
        }
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** An address of this machine that others can connect to, for all addresses at once are no destination. */
    private static String reachableAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }
}
