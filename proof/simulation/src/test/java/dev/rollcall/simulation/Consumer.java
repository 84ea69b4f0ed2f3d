package dev.rollcall.simulation;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SimulatedDiscovery;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.EtcdClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that follows a service. */
final class Consumer {

    final Host host;
    final String service;
    final boolean guarded;
    final ViewCheck check;
    final long startedAt;
    private final Discovery discovery;
    private final ServiceView view;
    private final List<Telling> listeners = new ArrayList<>();

    private record Telling(ListenerCheck check, AutoCloseable subscription) {}

    Consumer(Host host, EtcdClient client, String service, boolean guarded, Checks checks) {
        this.host = host;
        this.service = service;
        this.guarded = guarded;
        DiscoverySettings settings = DiscoverySettings.DEFAULTS.withStartBound(Duration.ZERO);
        this.discovery = SimulatedDiscovery.over(
                client,
                Registrant.KEYSPACE,
                settings,
                host,
                host.threads(100 * Scheduler.MICROS),
                host.threads(2 * Scheduler.MILLIS),
                host,
                host);
        this.view = discovery.view(
                service, guarded ? settings.options() : settings.options().withoutGuard());
        this.startedAt = checks.scheduler.now();
        this.check = new ViewCheck(checks, this);
        host.afterEachStep(() -> check.look(view.snapshot()));
        view.addListener(new SnapshotListener() {
            @Override
            public void up(DiscoveredInstance instance) {
                throw new IllegalStateException("a listener that always throws");
            }
        });
        listen(checks);
    }

    void listen(Checks checks) {
        ListenerCheck listener = new ListenerCheck(checks, this);
        listeners.add(new Telling(listener, view.addListener(listener)));
        if (listeners.size() > 3) {
            try {
                listeners.remove(0).subscription().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    List<ListenerCheck> listeners() {
        return listeners.stream().map(Telling::check).toList();
    }

    Snapshot snapshot() {
        return view.snapshot();
    }

    /** Ends it in good order. */
    void close() {
        discovery.close();
    }
}
