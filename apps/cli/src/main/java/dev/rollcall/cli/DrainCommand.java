package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoveryException;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        header = "Take an instance out of service: it stays registered, and callers choose others.",
        description =
                "It stays out, also where its key is lost and written anew, until 'rollcall resume' or until its process registers it anew after a restart.")
final class DrainCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ID")
    private String id = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why; shown to who looks, and to callers who find nobody else.")
    private String reason = "";

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final Output output;

    DrainCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        Keyspace keyspace = options.keyspace();
        InstanceId instance = new InstanceId(service, id);
        try (EtcdClient etcd = options.connectEtcd();
                Discovery discovery = Discovery.over(etcd, keyspace, DiscoverySettings.DEFAULTS)) {
            Overlay overlay = takenOut(discovery, instance);
            OverlayText.write(output, overlay);
            if (!overlay.incarnation().isNamed()) {
                console.say("the value of " + instance
                        + " names no incarnation: it is back in service once its key is lost and written anew");
            }
            warnOfNobodyLeft(etcd, keyspace);
        }
        return 0;
    }

    private Overlay takenOut(Discovery discovery, InstanceId instance) {
        try {
            return discovery.takeOut(instance, reason);
        } catch (DiscoveryException e) {
            throw Failure.notFound(e.getMessage() + "; 'rollcall instances' shows who is registered");
        }
    }

    private void warnOfNobodyLeft(EtcdClient etcd, Keyspace keyspace) {
        KeyRange range = keyspace.serviceRange(service);
        List<Entry> entries = Entry.read(etcd, keyspace, range);
        Overlays overlays = OverlayList.read(console, etcd, keyspace, range);
        boolean nobody = entries.stream()
                .noneMatch(entry -> entry.service().equals(service)
                        && entry.isUp()
                        && entry.overlay(overlays).isEmpty());
        if (nobody) {
            console.say("no instance of " + service + " is left in service: its callers find nobody");
        }
    }
}
