package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that holds a view to its promises: up once, revisions that rise, downs only of what was up; and remembers what it was told. */
final class Witness implements SnapshotListener {

    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final List<String> downs = new CopyOnWriteArrayList<>();
    private final List<String> resyncs = new CopyOnWriteArrayList<>();
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    @Override
    public synchronized void initial(Snapshot snapshot) {
        sizes.add(snapshot.instances().size());
        snapshot.instances().forEach(this::up);
    }

    @Override
    public synchronized void up(DiscoveredInstance instance) {
        String id = instance.instance().id();
        if (!seen.add(id)) {
            violations.add("up twice: " + id);
        }
        rises(id, instance.modRevision());
    }

    @Override
    public synchronized void updated(DiscoveredInstance before, DiscoveredInstance after) {
        if (!seen.contains(after.instance().id())) {
            violations.add("updated and never up: " + after.instance().id());
        }
        rises(after.instance().id(), after.modRevision());
    }

    @Override
    public synchronized void down(DiscoveredInstance last, DownCause cause, long revision) {
        if (!seen.remove(last.instance().id())) {
            violations.add("down and never up: " + last.instance().id());
        }
        rises(last.instance().id(), revision);
        downs.add(last.instance().id() + " " + cause);
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        resyncs.add(cause.name());
    }

    private void rises(String id, long revision) {
        Long before = revisions.put(id, revision);
        if (before != null && before >= revision) {
            violations.add(id + " at " + revision + " after " + before);
        }
    }

    /** The ids that are up, as told. */
    synchronized Set<String> up() {
        return Set.copyOf(seen);
    }

    List<String> downs() {
        return downs;
    }

    List<String> resyncs() {
        return resyncs;
    }

    /** How many there were when it began. */
    List<Integer> initialSizes() {
        return sizes;
    }

    /** No promise was broken, and nobody was said to be down. */
    void assertCalm() {
        assertThat(violations).isEmpty();
        assertThat(downs).isEmpty();
    }
}
