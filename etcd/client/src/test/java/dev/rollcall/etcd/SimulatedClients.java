package dev.rollcall.etcd;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** Makes clients that run in virtual time, over a network that is simulated, too. */
public final class SimulatedClients {

    private SimulatedClients() {}

    /**
     * A client on a simulated process.
     *
     * @param callbacks where listeners are called
     * @param channels makes a channel to an endpoint, whose callbacks run on the given executor
     */
    public static EtcdClient connect(
            List<String> endpoints,
            SimulatedHost host,
            Executor callbacks,
            BiFunction<String, Executor, ManagedChannel> channels) {
        List<Endpoint> parsed = Endpoint.parseAll(endpoints.toArray(String[]::new));
        Loop loop = new SimulatedLoop(host);
        Session session = new Session(
                parsed,
                null,
                offload -> (endpoint, credentials) -> channels.apply(endpoint.toString(), loop),
                Duration.ofSeconds(5),
                loop,
                Callbacks.on(callbacks));
        Blocking blocking = new Blocking(session);
        return new EtcdClient(
                new GrpcKv(session, blocking),
                new GrpcLeases(session, blocking),
                new GrpcWatches(session, WatchPace.of(parsed.size(), Duration.ofSeconds(5))),
                new GrpcCluster(session, blocking),
                session);
    }
}
