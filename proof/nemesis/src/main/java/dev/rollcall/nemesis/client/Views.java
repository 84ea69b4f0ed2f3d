package dev.rollcall.nemesis.client;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.QuarantinedKey;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.ViewHealth;
import dev.rollcall.discovery.ViewOptions;
import dev.rollcall.nemesis.history.Journal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** The views of a client, by name. Each callback is a line; each state that the sampler finds is one, too. */
final class Views {

    /** The metadata entry by which a value is known. */
    static final String TOKEN = "op";

    private final Rollcall rollcall;
    private final Journal journal;
    private final Map<String, ServiceView> open = new ConcurrentSkipListMap<>();
    private final Map<String, String> sampled = new ConcurrentSkipListMap<>();

    Views(Rollcall rollcall, Journal journal) {
        this.rollcall = rollcall;
        this.journal = journal;
    }

    void open(String name, String service, boolean guarded, Duration grace) {
        journal.note("view", "v", name, "service", service, "guarded", guarded, "grace", grace.toMillis());
        ViewOptions plain = guarded ? ViewOptions.DEFAULTS : ViewOptions.DEFAULTS.withoutGuard();
        ViewOptions options = plain.withExpiryGrace(grace);
        String dir = service.substring(0, service.length() - 1);
        ServiceView view = service.endsWith("/")
                ? rollcall.discovery().directory(dir, options)
                : rollcall.discovery().view(service, options);
        view.addListener(new Noted(name));
        open.put(name, view);
    }

    /** Notes each view that shows something else than when it was sampled last. */
    void sample() {
        open.forEach((name, view) -> {
            Snapshot snapshot = view.snapshot();
            String now = snapshot.epoch() + " " + snapshot.revision() + " " + snapshot.freshness() + " "
                    + snapshot.held().size() + " " + snapshot.quarantined().size();
            if (!now.equals(sampled.put(name, now))) {
                note("snap", name, snapshot);
            }
        });
    }

    /** Notes every view. */
    void note(String what) {
        open.forEach((name, view) -> note(what, name, view.snapshot()));
    }

    private void note(String what, String name, Snapshot snapshot) {
        journal.note(
                what,
                "v",
                name,
                "known",
                snapshot.known(),
                "epoch",
                snapshot.epoch(),
                "rev",
                snapshot.revision(),
                "fresh",
                snapshot.freshness(),
                "entries",
                entries(snapshot.instances()),
                "held",
                entries(snapshot.held()),
                "bad",
                snapshot.quarantined().stream()
                        .map(QuarantinedKey::key)
                        .map(Object::toString)
                        .collect(Collectors.joining(" ")));
    }

    /** For each view: name, freshness, revision, and its entries; views divided by {@code |}, entries by commas. */
    String dump() {
        return open.entrySet().stream()
                .map(e -> {
                    Snapshot now = e.getValue().snapshot();
                    return e.getKey() + ";" + now.freshness() + ";"
                            + entries(now.instances()).replace(' ', ',');
                })
                .collect(Collectors.joining("|"));
    }

    long listenerFailures() {
        List<ViewHealth> health = rollcall.discovery().health();
        return health.stream().mapToLong(ViewHealth::listenerFailures).sum();
    }

    private static String entries(Collection<DiscoveredInstance> instances) {
        return instances.stream().map(i -> i.key() + "@" + i.modRevision()).collect(Collectors.joining(" "));
    }

    private final class Noted implements SnapshotListener {

        private final String view;

        Noted(String view) {
            this.view = view;
        }

        @Override
        public void initial(Snapshot snapshot) {
            note("initial", view, snapshot);
            snapshot.instances().forEach(this::up);
        }

        @Override
        public void up(DiscoveredInstance instance) {
            told("up", instance);
        }

        @Override
        public void updated(DiscoveredInstance before, DiscoveredInstance after) {
            told("updated", after);
        }

        private void told(String what, DiscoveredInstance instance) {
            journal.note(
                    what,
                    "v",
                    view,
                    "key",
                    instance.key(),
                    "mod",
                    instance.modRevision(),
                    "create",
                    instance.createRevision(),
                    "lease",
                    instance.lease().value(),
                    "token",
                    instance.instance().metadata().getOrDefault(TOKEN, ""));
        }

        @Override
        public void down(DiscoveredInstance last, DownCause cause, long revision) {
            journal.note(
                    "down", "v", view, "key", last.key(), "mod", last.modRevision(), "cause", cause, "rev", revision);
        }

        @Override
        public void resynced(ResyncCause cause, Snapshot snapshot) {
            journal.note(
                    "resynced",
                    "v",
                    view,
                    "cause",
                    cause,
                    "anew",
                    cause.newEpoch(),
                    "epoch",
                    snapshot.epoch(),
                    "rev",
                    snapshot.revision());
        }

        @Override
        public void freshness(Snapshot snapshot) {
            note("fresh", view, snapshot);
        }
    }
}
