package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.server.log.DataDirectory;
import dev.rollcall.etcd.server.log.LogWriter;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.RequestIds;
import dev.rollcall.etcd.server.watch.WatchHub;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A machine that listens, from its start to its stop. Safe for use by several threads. */
public final class EtcdServer {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int IO_THREADS = 2;
    private static final int READ_THREADS = 4;
    private static final int MAX_WAITING_READS = 4096;

    /** Logins are costly by intention; more of them at a time would take the processor from all others. */
    private static final int HASH_THREADS = 2;

    private static final int MAX_WAITING_HASHES = 1000;
    private static final int HTTP_OVERHEAD = 64 * 1024;
    private static final int SNAPSHOT_THREADS = 2;
    private static final int MAX_WAITING_SNAPSHOTS = 16;

    /** By so much more gRPC itself breaks off a request; from {@link Limits#inbound} to there it is refused in etcd's words. */
    private static final int TOLERATED = 14 * 1024 * 1024;

    private final Settings settings;
    private final Identity identity;
    private final Threads threads;
    private final Loop loop;
    private final ThreadPoolExecutor readThreads;
    private final ThreadPoolExecutor hashThreads;
    private final ThreadPoolExecutor snapshotThreads;
    private final EventLoopGroup ioThreads;
    private final Connections connections;
    private final @Nullable LogWriter log;
    private final Server server;
    private final Gate gate = new Gate();
    private final Gateway gateway = new Gateway();
    private final CallCounts counts = new CallCounts();
    private @Nullable HttpPages pages;

    private EtcdServer(Machine machine, Identity identity, @Nullable DataDirectory data, Settings settings) {
        this.settings = settings;
        this.identity = identity;
        connections = new Connections(settings.uptime());
        threads = new Threads(Threads.PREFIX + COUNT.incrementAndGet(), settings.uptime());
        ioThreads = new MultiThreadIoEventLoopGroup(IO_THREADS, threads.named("io"), NioIoHandler.newFactory());
        readThreads = pool("read", READ_THREADS, MAX_WAITING_READS);
        // Holds up the connection that asks too much; the loop reads there and then, and never comes here.
        readThreads.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
        hashThreads = pool("hash", HASH_THREADS, MAX_WAITING_HASHES);
        snapshotThreads = pool("snapshot", SNAPSHOT_THREADS, MAX_WAITING_SNAPSHOTS);
        WatchHub hub = new WatchHub(machine.store(), settings.progressNanos());
        RequestIds ids = new RequestIds(identity.memberId(), settings.startMillis());
        loop = new Loop(machine, hub, ids, settings, threads.named("writer"));
        log = data == null
                ? null
                : data.writer(new LogWriter.Threads(
                        threads.named("log"), threads.named("image"), loop::handOver, settings.uptime()));
        loop.limitTo(settings.quota(), identity.memberId());
        loop.compactBy(settings.compaction());
        if (log != null) {
            loop.keepIn(log);
        }
        BrokenStreams.quieten();
        server = build(machine);
    }

    /**
     * Starts to listen, with all data in memory.
     *
     * @throws IOException when a port cannot be bound; nothing is left running then
     */
    public static EtcdServer start(Machine machine, Identity identity, Settings settings) throws IOException {
        return started(new EtcdServer(machine, identity, null, settings));
    }

    /**
     * Starts to listen, and keeps the data in a directory, which stays the caller's to close after {@link #stop()}.
     *
     * @throws IOException when a port cannot be bound; nothing is left running then
     */
    public static EtcdServer start(DataDirectory data, Settings settings) throws IOException {
        return started(new EtcdServer(data.machine(), data.identity(), data, settings));
    }

    private static EtcdServer started(EtcdServer started) throws IOException {
        try {
            started.listen();
        } catch (IOException e) {
            started.stop();
            throw e;
        }
        return started;
    }

    /** The port of gRPC. */
    public int port() {
        return server.getPort();
    }

    /** The port of the HTTP pages, if there are any. */
    public OptionalInt httpPort() {
        return pages == null ? OptionalInt.empty() : OptionalInt.of(pages.port());
    }

    /** How many watchers there are, on all streams. */
    public int openWatches() {
        return loop.openWatches();
    }

    /** How many leases there are. */
    public int liveLeases() {
        return loop.liveLeases();
    }

    /** How many connections to the gRPC port are open. */
    public int connections() {
        return connections.count();
    }

    /** Halts everything where it stands, as SIGSTOP would: connections are accepted, and nothing is answered. */
    public void pause() {
        List<Executor> executors = new ArrayList<>();
        executors.add(loop::signal);
        for (EventExecutor io : ioThreads) {
            executors.add(io);
        }
        gate.close(executors);
    }

    /** Goes on after {@link #pause()}; does nothing if it was not paused. */
    public void resume() {
        gate.open();
    }

    /** Drops all connections, frees the ports and ends all threads; takes ten seconds at worst. */
    public void stop() {
        gate.open();
        loop.stop();
        if (log != null) {
            log.stop();
        }
        connections.dropAll();
        server.shutdownNow();
        if (pages != null) {
            pages.stop();
        }
        try {
            server.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        readThreads.shutdownNow();
        hashThreads.shutdownNow();
        snapshotThreads.shutdownNow();
        ioThreads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        threads.join();
    }

    private ThreadPoolExecutor pool(String role, int size, int waiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), threads.named(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private void listen() throws IOException {
        loop.start();
        if (log != null) {
            log.start();
        }
        server.start();
        Integer httpPort = settings.httpPort();
        if (httpPort != null) {
            Metrics metrics = new Metrics(loop, identity, settings.quota(), counts);
            // Bytes grow by a third in base64.
            int body = settings.limits().inbound() / 3 * 4 + HTTP_OVERHEAD;
            pages = HttpPages.start(
                    new InetSocketAddress(settings.host(), httpPort),
                    ioThreads,
                    new Connections(settings.uptime()),
                    settings.tls(),
                    new HttpPages.Content(this::alarms, metrics::page, gateway, body));
        }
    }

    private Server build(Machine machine) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.host(), settings.port()))
                .bossEventLoopGroup(ioThreads)
                .workerEventLoopGroup(ioThreads)
                .channelFactory(connections::socket)
                // What runs there only decodes and enqueues, and is not worth a change of threads.
                .directExecutor()
                .maxInboundMessageSize(settings.limits().inbound() + TOLERATED)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(false);
        ServerTls tls = settings.tls();
        if (tls != null) {
            builder.sslContext(tls.grpc());
        }
        Callers callers = new Callers(machine, settings.clock());
        MethodRights rights = new MethodRights(machine, callers);
        Map<String, ServerServiceDefinition> services = new LinkedHashMap<>();
        methods(machine, callers).forEach((service, methods) -> {
            ServerServiceDefinition definition =
                    TolerantMethods.of(service, methods, rights, settings.limits(), counts);
            gateway.add(service, definition);
            services.put(definition.getServiceDescriptor().getName(), definition);
        });
        services.values().forEach(builder::addService);
        return builder.fallbackHandlerRegistry(new UnknownMethods(services.keySet()))
                .build();
    }

    private Map<BindableService, Set<String>> methods(Machine machine, Callers callers) {
        Headers headers = new Headers(identity, machine::term);
        Limits limits = settings.limits();
        Calls calls = new Calls(loop, readThreads);
        Map<BindableService, Set<String>> methods = new LinkedHashMap<>();
        methods.put(
                new KvService(calls, callers, headers, machine.store(), limits),
                Set.of("Range", "Put", "DeleteRange", "Txn", "Compact"));
        methods.put(new WatchService(loop, callers, headers, limits), Set.of("Watch"));
        methods.put(
                new LeaseService(loop, calls, callers, headers),
                Set.of("LeaseGrant", "LeaseRevoke", "LeaseKeepAlive", "LeaseTimeToLive", "LeaseLeases"));
        methods.put(
                new ClusterService(
                        calls, headers, new Membership(identity.memberId(), settings.peerUrl()), this::member),
                Set.of("MemberAdd", "MemberRemove", "MemberUpdate", "MemberList", "MemberPromote"));
        methods.put(
                new MaintenanceService(loop, calls, headers, snapshotThreads, this::member),
                Set.of("Status", "Alarm", "Defragment", "Hash", "HashKV", "Snapshot", "MoveLeader", "Downgrade"));
        methods.put(new LockService(loop, callers, headers, limits), Set.of("Lock", "Unlock"));
        methods.put(
                new ElectionService(loop, callers, headers, limits),
                Set.of("Campaign", "Proclaim", "Leader", "Observe", "Resign"));
        AuthService auth = new AuthService(calls, callers, headers, machine, hashThreads, settings.tokenNanos());
        methods.put(
                auth,
                AuthGrpc.getServiceDescriptor().getMethods().stream()
                        .map(MethodDescriptor::getBareMethodName)
                        .collect(Collectors.toSet()));
        methods.put(new HealthService(), Set.of("Check", "Watch"));
        return methods;
    }

    /** The kinds of alarms that make the server unfit. */
    private List<String> alarms() {
        Set<String> kinds = new TreeSet<>();
        loop.machine().alarms().forEach(alarm -> kinds.add(alarm.kind().name()));
        if (loop.outOfSpace()) {
            kinds.add(Alarm.Kind.NOSPACE.name());
        }
        return List.copyOf(kinds);
    }

    private Member member() {
        String scheme = settings.tls() == null ? "http://" : "https://";
        List<String> urls = settings.advertisedUrls().isEmpty()
                ? List.of(scheme + settings.advertisedHost() + ":" + server.getPort())
                : settings.advertisedUrls();
        return Member.newBuilder()
                .setID(identity.memberId())
                .setName(settings.name())
                .addPeerURLs(settings.peerUrl())
                .addAllClientURLs(urls)
                .build();
    }
}
