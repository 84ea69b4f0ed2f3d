package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.LeaseTimeToLive;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "instances",
        header =
                "Show the keys of a service: each instance with its revision, lease and status, and what cannot be read.",
        description =
                "LEFT is the time left of the lease, AGE the time since it was renewed last, both in whole seconds as etcd tells them. OUT says why it was taken out of service by hand, where it was.")
final class InstancesCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "SERVICE")
    private String service = "";

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final Output output;

    InstancesCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        Keyspace keyspace = options.keyspace();
        List<Entry> entries = new ArrayList<>();
        Map<LeaseId, LeaseTimeToLive> leases = new HashMap<>();
        Overlays overlays;
        try (EtcdClient etcd = options.connectEtcd()) {
            for (Entry entry : Entry.read(etcd, keyspace, keyspace.serviceRange(service))) {
                if (entry.identity().isEmpty() || entry.service().equals(service)) {
                    entries.add(entry);
                    leases.computeIfAbsent(entry.kv().lease(), lease -> timeToLive(etcd, lease));
                }
            }
            overlays = OverlayList.read(console, etcd, keyspace, keyspace.serviceRange(service));
        }
        if (entries.isEmpty()) {
            console.say("the service " + service + " has no instances; 'rollcall services' lists those that have");
        }
        if (!entries.isEmpty() || output.isJson()) {
            write(entries, leases, overlays);
        }
        OverlayList.sayLeftovers(console, service, overlays, entries);
        return entries.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    private static LeaseTimeToLive timeToLive(EtcdClient etcd, LeaseId lease) {
        return lease.isNone() ? Leases.none() : etcd.leases().timeToLive(lease);
    }

    private void write(List<Entry> entries, Map<LeaseId, LeaseTimeToLive> leases, Overlays overlays) {
        Table table = new Table(
                "KEY",
                "ENDPOINT",
                "STATUS",
                "WEIGHT",
                "VERSION",
                "ZONE",
                "CREATED",
                "CHANGED",
                "LEASE",
                "LEFT",
                "AGE",
                "OUT");
        List<Json> objects = new ArrayList<>();
        for (Entry entry : entries) {
            LeaseTimeToLive lease = leases.getOrDefault(entry.kv().lease(), Leases.none());
            row(table, entry, lease, overlays);
            objects.add(json(entry, lease, overlays));
        }
        output.list(table, objects);
        if (!output.isJson()) {
            for (Entry entry : entries) {
                entry.quarantine()
                        .ifPresent(reason -> console.emit(SafeText.line(
                                "quarantined " + KeyText.show(entry.kv().key()) + ": " + reason)));
            }
        }
    }

    private static void row(Table table, Entry entry, LeaseTimeToLive lease, Overlays overlays) {
        Instance instance = entry.instance().orElse(null);
        table.row(
                KeyText.show(entry.kv().key()),
                instance == null ? "" : InstanceJson.place(instance),
                instance == null ? "quarantined" : instance.status().word(),
                instance == null ? "" : instance.weight(),
                instance == null ? "" : instance.version().orElse(""),
                instance == null ? "" : instance.zone().orElse(""),
                entry.kv().createRevision(),
                entry.kv().modRevision(),
                lease.alive() ? lease.id() : "",
                lease.alive() ? lease.remaining().toSeconds() + " s" : "",
                lease.alive() ? Leases.age(lease) + " s" : "",
                entry.overlay(overlays).map(Overlay::sentence).orElse(""));
    }

    private static Json json(Entry entry, LeaseTimeToLive lease, Overlays overlays) {
        Json object = KeyText.add(Json.object(), "key", entry.kv().key());
        object.number("createRevision", entry.kv().createRevision())
                .number("modRevision", entry.kv().modRevision())
                .text("incarnation", entry.incarnation().name());
        if (lease.alive()) {
            object.text("lease", lease.id().toString())
                    .number("leaseRemaining", lease.remaining().toSeconds())
                    .number("leaseGranted", lease.granted().toSeconds())
                    .number("leaseAge", Leases.age(lease));
        }
        entry.instance().ifPresent(instance -> InstanceJson.add(object, instance));
        entry.quarantine().ifPresent(reason -> {
            entry.identity()
                    .ifPresent(identity ->
                            object.text("service", identity.service()).text("id", identity.id()));
            object.text("status", "quarantined").text("reason", reason);
        });
        entry.overlay(overlays).ifPresent(overlay -> object.text("out", overlay.reason()));
        return object;
    }

    /** What to show of a lease. */
    private static final class Leases {

        static LeaseTimeToLive none() {
            return new LeaseTimeToLive(
                    new Header(0, 0, 0, 0), LeaseId.NONE, false, Duration.ZERO, Duration.ZERO, List.of());
        }

        static long age(LeaseTimeToLive lease) {
            return Math.max(0, lease.granted().minus(lease.remaining()).toSeconds());
        }
    }
}
