package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Prints what a view tells: each change at once, as a line or as a JSON object; what concerns the view itself goes to standard error. */
final class ChangePrinter implements SnapshotListener {

    private final Console console;
    private final Output output;
    private final CompletableFuture<Void> over;
    private long left;

    /** Completes {@code over} after so many changes, or when nobody reads any more. */
    ChangePrinter(Console console, Output output, long most, CompletableFuture<Void> over) {
        this.console = console;
        this.output = output;
        this.left = most;
        this.over = over;
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
        print("up", now.instance(), now.modRevision(), "");
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance now) {
        print("updated", now.instance(), now.modRevision(), "");
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        print("down", last.instance(), revision, cause.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        console.say("read anew at revision " + snapshot.revision() + ": "
                + cause.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    @Override
    public void freshness(Snapshot snapshot) {
        String what = snapshot.freshness() == Freshness.STALE
                ? "etcd does not answer; what was known is kept"
                : snapshot.freshness() == Freshness.LIVE ? "live again" : "some losses are held back for a while";
        console.say(what + " (" + snapshot.instances().size() + " instances)");
    }

    private void print(String event, Instance it, long revision, String reason) {
        if (left <= 0) {
            return;
        }
        left--;
        Json object = Json.object().text("event", event).number("revision", revision);
        if (!reason.isEmpty()) {
            object.text("reason", reason);
        }
        InstanceJson.add(object, it);
        String line = String.format(
                Locale.ROOT,
                "%s  %-7s  %s  %s  %s  weight %d%s  revision %d%s",
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
                reason.isEmpty() ? "" : "  " + reason);
        if (!output.event(line, object) || left == 0) {
            left = 0;
            over.complete(null);
        }
    }
}
