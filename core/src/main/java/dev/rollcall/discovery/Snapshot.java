package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a view shows at one moment; immutable.
 *
 * <p>Without held entries it is the store at {@link #revision()}, whole: never a mixture of two revisions. Within one {@link #epoch()} the
 * revision only rises.
 */
public final class Snapshot {

    private final String name;
    private final Content<DiscoveredInstance> content;
    private final Freshness freshness;
    private final Moment provenAt;
    private final TimeSource time;
    private @Nullable List<DiscoveredInstance> available;

    private Snapshot(
            String name, Content<DiscoveredInstance> content, Freshness freshness, Moment provenAt, TimeSource time) {
        this.name = name;
        this.content = content;
        this.freshness = freshness;
        this.provenAt = provenAt;
        this.time = time;
    }

    static Snapshot of(String name, ViewState<DiscoveredInstance> state, TimeSource time, @Nullable Snapshot previous) {
        Snapshot next = new Snapshot(name, state.content(), state.freshness(), state.provenAt(), time);
        if (previous != null && previous.instances() == next.instances()) {
            next.available = previous.available;
        }
        return next;
    }

    /** A live snapshot made by hand at revision 1, for tests of what works on snapshots. Keys are the identities. */
    public static Snapshot of(String name, List<Instance> instances) {
        TimeSource time = TimeSource.system();
        Moment now = new Moment(time.nanos(), time.now());
        KeyOrder.Edit<DiscoveredInstance> shown =
                KeyOrder.<DiscoveredInstance>empty().edit();
        for (Instance instance : instances) {
            Bytes key = Bytes.utf8(instance.identity().toString());
            KeyValue kv = new KeyValue(key, Bytes.EMPTY, 1, 1, 1, LeaseId.NONE);
            shown.put(key, new DiscoveredInstance(instance, kv, null, now.wall()));
        }
        Content<DiscoveredInstance> none = Content.none();
        Content<DiscoveredInstance> content =
                new Content<>(true, 1, 1, none.truth(), shown.done(), none.quarantined(), none.holds(), none.losses());
        return new Snapshot(name, content, Freshness.LIVE, now, time);
    }

    /** The service or directory. */
    public String name() {
        return name;
    }

    /** Whether the store was read at all; before that there are only instances from disk ({@link Freshness#SEEDED}), or none because nobody knows. */
    public boolean known() {
        return content.known();
    }

    /** The store's revision that is shown, be it from disk; 0 before the first list. */
    public long revision() {
        return content.revision();
    }

    /** Which history of the store this is, from 1: it rises when the store was wiped, restored or swapped. 0 before the first list. */
    public long epoch() {
        return content.epoch();
    }

    /** All instances in key order, also those that are paused or leaving. The same list object while nothing changes. */
    public List<DiscoveredInstance> instances() {
        return content.shown().values();
    }

    /**
     * The instances that want work: status {@link InstanceStatus#UP}, in key order. The same list object while nothing changes. Those that an operator took
     * out of service are among them: {@link ServiceView#overlays()} tells which.
     */
    public List<DiscoveredInstance> available() {
        List<DiscoveredInstance> found = available;
        if (found == null) {
            found = available(instances());
            available = found;
        }
        return found;
    }

    static List<DiscoveredInstance> available(List<DiscoveredInstance> instances) {
        List<DiscoveredInstance> up = new ArrayList<>();
        for (DiscoveredInstance instance : instances) {
            if (instance.instance().status() == InstanceStatus.UP) {
                up.add(instance);
            }
        }
        return up.size() == instances.size() ? instances : List.copyOf(up);
    }

    /** How far this can be believed. */
    public Freshness freshness() {
        return freshness;
    }

    /** The time since this view was last known to be right, be it in an earlier process: by a read, a change, or a sign of life of its watch. Taken when asked. */
    public Duration age() {
        return Duration.ofNanos(Math.max(0, time.nanos() - provenAt.nanos()));
    }

    /** When this view was last known to be right, by the local clock. */
    public Instant provenAt() {
        return provenAt.wall();
    }

    /** The shown instances that are gone from the store and held back by the guard or the view's grace; in key order. */
    public List<DiscoveredInstance> held() {
        if (content.holds().isEmpty()) {
            return List.of();
        }
        List<DiscoveredInstance> held = new ArrayList<>();
        for (Bytes key : content.holds().keys()) {
            DiscoveredInstance instance = content.shown().get(key);
            if (instance != null) {
                held.add(instance);
            }
        }
        return List.copyOf(held);
    }

    /** The keys whose values cannot be read, in key order. Of one that could be read before, the last good value is shown on. */
    public List<QuarantinedKey> quarantined() {
        return content.quarantined().values();
    }

    @Override
    public String toString() {
        return name + ": " + instances().size() + " instances at revision " + revision() + " of epoch " + epoch() + ", "
                + freshness;
    }
}
