package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.Overlay;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Prints what a view tells: each change at once, as a line or as a JSON object; what concerns the view itself goes to standard error. Safe for use by the lanes
 * of a view and of its overlays.
 */
final class ChangePrinter implements SnapshotListener {

    private final Console console;
    private final Output output;
    private final CompletableFuture<Void> over;
    private volatile Overlays overlays = Overlays.none();
    private volatile Supplier<Optional<String>> lastError = Optional::empty;
    private long left;

    /** Completes {@code over} after so many changes, or when nobody reads any more. */
    ChangePrinter(Console console, Output output, long most, CompletableFuture<Void> over) {
        this.console = console;
        this.output = output;
        this.left = most;
        this.over = over;
    }

    /** From now on says why what is shown is stale. */
    void follows(ServiceView view) {
        lastError = () -> view.health().lastError();
    }

    @Override
    public void initial(Snapshot snapshot) {
        snapshot.instances().forEach(this::up);
        console.say("following " + (snapshot.name().isEmpty() ? "all services" : snapshot.name()) + " from revision "
                + snapshot.revision());
        snapshot.quarantined()
                .forEach(bad -> console.say("quarantined " + KeyText.show(bad.key()) + ": " + bad.reason()));
    }

    @Override
    public void up(DiscoveredInstance now) {
        print("up", now, now.modRevision(), "");
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance now) {
        print("updated", now, now.modRevision(), "");
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        print("down", last, revision, cause.name().toLowerCase(Locale.ROOT));
    }

    /** Tells who was taken out of service by hand since the last time, and who is back. */
    void overlaid(Overlays now, Snapshot snapshot) {
        Overlays before = overlays;
        overlays = now;
        for (DiscoveredInstance found : snapshot.instances()) {
            Optional<Overlay> overlay = now.over(found);
            if (!overlay.equals(before.over(found))) {
                print(overlay.isPresent() ? "out" : "back", found, found.modRevision(), "");
            }
        }
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        console.say("read anew at revision " + snapshot.revision() + ": "
                + cause.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    @Override
    public void freshness(Snapshot snapshot) {
        String what = snapshot.freshness() == Freshness.STALE
                ? "cannot follow etcd; what was known is kept"
                : snapshot.freshness() == Freshness.LIVE ? "live again" : "some losses are held back for a while";
        Optional<String> error = snapshot.freshness() == Freshness.STALE ? lastError.get() : Optional.empty();
        console.say(what + " (" + snapshot.instances().size() + " instances)"
                + error.map(why -> ": " + why).orElse(""));
    }

    private synchronized void print(String event, DiscoveredInstance found, long revision, String reason) {
        if (left <= 0) {
            return;
        }
        left--;
        Instance it = found.instance();
        Optional<Overlay> overlay = overlays.over(found);
        Json object = Json.object().text("event", event).number("revision", revision);
        if (!reason.isEmpty()) {
            object.text("reason", reason);
        }
        InstanceJson.add(object, it).text("out", overlay.map(Overlay::reason));
        String line = String.format(
                Locale.ROOT,
                "%s  %-7s  %s  %s  %s  weight %d%s  revision %d%s%s",
                Stopwatch.timeOfDay(),
                event,
                SafeText.cell(it.identity().toString()),
                SafeText.cell(InstanceJson.place(it)),
                it.status().word(),
                it.weight(),
                it.version()
                        .map(version -> "  version " + SafeText.cell(version))
                        .orElse(""),
                revision,
                reason.isEmpty() ? "" : "  " + reason,
                overlay.map(by -> "  " + SafeText.cell(by.sentence())).orElse(""));
        if (!output.event(line, object) || left == 0) {
            left = 0;
            over.complete(null);
        }
    }
}
