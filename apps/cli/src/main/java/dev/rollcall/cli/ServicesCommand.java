package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "services", header = "List the services, with how many instances each has.")
final class ServicesCommand implements Callable<Integer> {

    private final Console console;

    @Option(names = "--dir", paramLabel = "DIR", description = "Only those below this directory of services.")
    private String dir = "";

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final Output output;

    ServicesCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        Map<String, Tally> services = new TreeMap<>();
        for (Entry entry : Entry.read(options, keyspace -> keyspace.directoryRange(dir))) {
            services.computeIfAbsent(entry.service(), name -> new Tally()).count(entry);
        }
        Table table = new Table("SERVICE", "INSTANCES", "UP", "QUARANTINED");
        List<Json> objects = new ArrayList<>();
        services.forEach((name, tally) -> {
            table.row(name, tally.instances, tally.up, tally.quarantined);
            objects.add(Json.object()
                    .text("service", name)
                    .number("instances", tally.instances)
                    .number("up", tally.up)
                    .number("quarantined", tally.quarantined));
        });
        if (services.isEmpty() && !output.isJson()) {
            console.say("no service is registered here");
        } else {
            output.list(table, objects);
        }
        return services.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    private static final class Tally {
        private int instances;
        private int up;
        private int quarantined;

        void count(Entry entry) {
            if (entry.instance().isEmpty()) {
                quarantined++;
                return;
            }
            instances++;
            if (entry.isUp()) {
                up++;
            }
        }
    }
}
