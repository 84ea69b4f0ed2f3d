package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be picked now.
 *
 * <p>Whoever first sees a new snapshot prepares the array. The field that holds it is plain: all it leads to is final, so that a thread sees it whole or
 * not yet, and one that does not see it prepares an equal one.
 */
final class Candidates {

    private final Supplier<Snapshot> snapshots;
    private Prepared prepared;

    /** What can be picked from the latest snapshot that the supplier gives. */
    Candidates(Supplier<Snapshot> snapshots) {
        this.snapshots = snapshots;
        this.prepared = prepare(snapshots.get(), null);
    }

    /** The instances of the latest snapshot, in key order; nobody writes to the array. */
    Instance[] now() {
        Snapshot snapshot = snapshots.get();
        Prepared ready = prepared;
        if (ready.snapshot != snapshot) {
            ready = prepare(snapshot, ready);
            prepared = ready;
        }
        return ready.instances;
    }

    NoInstanceException none() {
        return new NoInstanceException(snapshots.get());
    }

    private static Prepared prepare(Snapshot snapshot, @Nullable Prepared before) {
        List<DiscoveredInstance> source = snapshot.available();
        if (before != null && before.source == source) {
            return new Prepared(snapshot, source, before.instances);
        }
        Instance[] instances = source.stream()
                .map(DiscoveredInstance::instance)
                .filter(Instance::hasEndpoint)
                .toArray(Instance[]::new);
        return new Prepared(snapshot, source, instances);
    }

    private static final class Prepared {

        private final Snapshot snapshot;
        private final List<DiscoveredInstance> source;
        private final Instance[] instances;

        Prepared(Snapshot snapshot, List<DiscoveredInstance> source, Instance[] instances) {
            this.snapshot = snapshot;
            this.source = source;
            this.instances = instances;
        }
    }
}
