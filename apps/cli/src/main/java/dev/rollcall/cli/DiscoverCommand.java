package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Subscription;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "discover",
        header = "Show who serves: the instances of a service, or of all services below a directory.",
        description = "With --watch it goes on and shows every change, one to the line, until stopped.")
final class DiscoverCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "SERVICE")
    private @Nullable String service;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "All services below this directory; \"\" for all there are.")
    private @Nullable String dir;

    @Option(
            names = {"-w", "--watch"},
            description = "Show what is there, then every change.")
    private boolean watch;

    @Option(
            names = {"-n", "--events"},
            paramLabel = "N",
            description = "With --watch: end after so many lines.")
    private long most = Long.MAX_VALUE;

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final Output output;

    @Mixin
    private final VerboseOption verbose;

    DiscoverCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.output = new Output(console);
        this.verbose = new VerboseOption(console);
    }

    @Override
    public Integer call() {
        if ((service == null) == (dir == null)) {
            throw Failure.usage("name a SERVICE, or a directory of services with --dir");
        }
        return watch ? follow() : list();
    }

    private int list() {
        Table table = new Table("SERVICE", "ID", "ENDPOINT", "STATUS", "WEIGHT", "VERSION", "ZONE", "REVISION", "OUT");
        List<Json> objects = new ArrayList<>();
        Keyspace keyspace = options.keyspace();
        KeyRange range = service != null ? keyspace.serviceRange(service) : keyspace.directoryRange(dir());
        try (EtcdClient etcd = options.connectEtcd()) {
            List<Entry> entries = Entry.read(etcd, keyspace, range);
            Overlays overlays = OverlayList.read(console, etcd, keyspace, range);
            for (Entry entry : entries) {
                if (service == null || entry.service().equals(service)) {
                    entry.instance().ifPresent(it -> add(it, entry, entry.overlay(overlays), table, objects));
                }
            }
        }
        if (objects.isEmpty() && !output.isJson()) {
            console.say(
                    service != null ? "the service " + service + " has no instances" : "no service is registered here");
        } else {
            output.list(table, objects);
        }
        return objects.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    private static void add(Instance it, Entry entry, Optional<Overlay> overlay, Table table, List<Json> objects) {
        long revision = entry.kv().modRevision();
        table.row(
                it.service(),
                it.id(),
                InstanceJson.place(it),
                it.status().word(),
                it.weight(),
                it.version().orElse(""),
                it.zone().orElse(""),
                revision,
                overlay.map(Overlay::sentence).orElse(""));
        objects.add(InstanceJson.add(Json.object(), it)
                .number("revision", revision)
                .text("out", overlay.map(Overlay::reason)));
    }

    private int follow() {
        console.stop().arm();
        CompletableFuture<Void> over = new CompletableFuture<>();
        console.stop().onRaise(signal -> over.complete(null));
        ChangePrinter printer = new ChangePrinter(console, output, most, over);
        try (Rollcall rollcall = options.connect(verbose.observer())) {
            rollcall.etcd().cluster().status();
            ServiceView view =
                    service != null ? rollcall.discover(service, printer) : rollcall.discoverAll(dir(), printer);
            printer.follows(view);
            Subscription overlays = view.overlays().addListener(now -> printer.overlaid(now, view.snapshot()));
            over.join();
            overlays.close();
            view.close();
        }
        return console.stop().isRaised() ? console.stop().exitCode() : ExitCode.OK;
    }

    private String dir() {
        return dir == null ? "" : dir;
    }
}
