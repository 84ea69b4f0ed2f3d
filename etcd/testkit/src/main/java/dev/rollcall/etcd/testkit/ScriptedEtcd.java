package dev.rollcall.etcd.testkit;

import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An etcd that says what the test wrote down: for behaviour that no healthy server can be brought to show.
 *
 * <pre>{@code
 * try (ScriptedEtcd etcd = ScriptedEtcd.start()) {
 *     etcd.next(WatchGrpc.getWatchMethod())
 *             .await(WatchRequest::hasCreateRequest)
 *             .send(EtcdMessages.created(1, 1000))
 *             .fail(Status.UNAVAILABLE);
 *     etcd.next(WatchGrpc.getWatchMethod()).await(WatchRequest::hasCreateRequest);   // and stays silent
 *     ... a client of etcd.endpoint() watches from revision 10 ...
 *     etcd.awaitRequest(WatchGrpc.getWatchMethod(), r -> r.getCreateRequest().getStartRevision() == 10);
 * }
 * }</pre>
 *
 * <p>Scripts are given by rpc: {@link #next} for one call, {@link #always} for every call that has none of its own. A call
 * without any fails with {@code UNIMPLEMENTED}. Every request is recorded. What cannot be written down in advance is done by
 * hand, on the {@link ScriptedCall} that {@link #awaitCall} gives.
 *
 * <p>This class, {@link Script}, {@link ScriptedCall} and {@link EtcdMessages} speak in messages of etcd's wire contract and
 * types of gRPC, unlike the rest of the testkit. Safe for use by several threads.
 */
public final class ScriptedEtcd implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, ScriptedMethod<?, ?>> methods = new ConcurrentHashMap<>();
    private final AcceptedConnections connections = new AcceptedConnections();
    private final EventLoopGroup io = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("rollcall-testkit-scripted", true), NioIoHandler.newFactory());
    private final int port = Ports.free();
    private @Nullable Server server;

    private ScriptedEtcd() {}

    /** One that listens on a free port of loopback and has no scripts yet. */
    public static ScriptedEtcd start() {
        ScriptedEtcd etcd = new ScriptedEtcd();
        etcd.up();
        return etcd;
    }

    /** Its address: {@code http://127.0.0.1:port}; the same after {@link #down} and {@link #up}. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** A script, to be filled, for the next call of this rpc that none is laid up for yet. */
    public <Q, A> Script<Q, A> next(MethodDescriptor<Q, A> method) {
        return of(method).next();
    }

    /** A script, to be filled, for every call of this rpc that has none of its own; while empty, it answers nothing. */
    public <Q, A> Script<Q, A> always(MethodDescriptor<Q, A> method) {
        return of(method).always();
    }

    /** The requests of this rpc so far, over all its calls, in the order in which the calls began. */
    public <Q, A> List<Q> requests(MethodDescriptor<Q, A> method) {
        return of(method).requests();
    }

    /** The calls of this rpc so far, also those that ended. */
    public <Q, A> List<ScriptedCall<Q, A>> calls(MethodDescriptor<Q, A> method) {
        return of(method).calls();
    }

    /**
     * Waits for a request that matches; one that came earlier counts.
     *
     * @throws AssertionError if none came within 10 s: it lists those that came
     */
    public <Q, A> Q awaitRequest(MethodDescriptor<Q, A> method, Predicate<? super Q> expected) {
        if (!Await.until(PATIENCE, () -> requests(method).stream().anyMatch(expected))) {
            throw new AssertionError("no such request of " + method.getFullMethodName() + " within "
                    + PATIENCE.toSeconds() + " s; there came " + requests(method));
        }
        return requests(method).stream().filter(expected).findFirst().orElseThrow();
    }

    /**
     * Waits for the call number {@code number} of this rpc, counted from 1.
     *
     * @throws AssertionError if there were fewer calls within 10 s
     */
    public <Q, A> ScriptedCall<Q, A> awaitCall(MethodDescriptor<Q, A> method, int number) {
        if (!Await.until(PATIENCE, () -> calls(method).size() >= number)) {
            throw new AssertionError("of " + method.getFullMethodName() + " there were only "
                    + calls(method).size() + " calls within " + PATIENCE.toSeconds() + " s, not " + number);
        }
        return calls(method).get(number - 1);
    }

    /** How many connections clients have opened so far, closed ones included. */
    public int connections() {
        return connections.count();
    }

    /** Breaks every connection without a word, so that open calls end with {@code UNAVAILABLE}; new ones are accepted. */
    public void breakConnections() {
        connections.breakAll();
    }

    /** Breaks every connection and refuses new ones. Scripts stay. */
    public synchronized void down() {
        if (server == null) {
            return;
        }
        server.shutdown();
        breakConnections();
        try {
            server.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server = null;
    }

    /** Listens again, at the same address. */
    public synchronized void up() {
        if (server != null) {
            return;
        }
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(Ports.LOOPBACK, port))
                .bossEventLoopGroup(io)
                .workerEventLoopGroup(io)
                .channelFactory(connections::newServerChannel);
        List.of(
                        KVGrpc.getServiceDescriptor(),
                        WatchGrpc.getServiceDescriptor(),
                        LeaseGrpc.getServiceDescriptor(),
                        AuthGrpc.getServiceDescriptor(),
                        ClusterGrpc.getServiceDescriptor(),
                        MaintenanceGrpc.getServiceDescriptor())
                .forEach(service -> builder.addService(scripted(service)));
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("the scripted etcd cannot listen on port " + port, e);
        }
    }

    @Override
    public void close() {
        down();
        io.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(PATIENCE.toMillis());
    }

    private ServerServiceDefinition scripted(ServiceDescriptor service) {
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
        service.getMethods().forEach(method -> add(definition, method));
        return definition.build();
    }

    private <Q, A> void add(ServerServiceDefinition.Builder definition, MethodDescriptor<Q, A> method) {
        definition.addMethod(method, (call, headers) -> of(method).begin(call, headers));
    }

    /** The entry of a method was made with that method's own types. */
    @SuppressWarnings("unchecked")
    private <Q, A> ScriptedMethod<Q, A> of(MethodDescriptor<Q, A> method) {
        return (ScriptedMethod<Q, A>) methods.computeIfAbsent(
                method.getFullMethodName(), name -> new ScriptedMethod<Q, A>(name, this::breakConnections));
    }
}
