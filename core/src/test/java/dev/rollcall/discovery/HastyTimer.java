package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets a thousandth of each delay pass, and remembers the delays. */
final class HastyTimer implements Timer {

    private final Timer timer = Timer.start();
    private final List<Long> delays = new CopyOnWriteArrayList<>();

    List<Long> delays() {
        return delays;
    }

    /** A discovery without audits, by the system's clock and this timer. */
    Discovery discovery(EtcdClient client, CallbackPool pool) {
        return SimulatedDiscovery.over(
                client,
                Keyspace.standard(),
                DiscoverySettings.DEFAULTS.withAuditPeriod(Duration.ZERO).withStartBound(Duration.ZERO),
                this,
                pool,
                pool,
                TimeSource.system(),
                RandomSource.system());
    }

    @Override
    public Handle schedule(long delayNanos, Runnable task) {
        delays.add(delayNanos);
        return timer.schedule(delayNanos / 1_000, task);
    }

    @Override
    public void close() {
        timer.close();
    }
}
