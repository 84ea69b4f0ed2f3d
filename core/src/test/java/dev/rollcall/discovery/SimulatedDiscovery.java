package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Makes discoveries that run in virtual time. */
public final class SimulatedDiscovery {

    private SimulatedDiscovery() {}

    public static Discovery over(
            EtcdClient client,
            Keyspace keyspace,
            DiscoverySettings settings,
            Timer timer,
            Executor workers,
            Executor listeners,
            TimeSource time,
            RandomSource random) {
        return new Discovery(
                keyspace,
                settings,
                new Wiring(
                        client,
                        timer,
                        workers,
                        listeners,
                        time,
                        random,
                        settings.observer(),
                        Optional.empty(),
                        Wiring.log(time)),
                List.of());
    }
}
