package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        header = "Take an instance back into service that 'rollcall drain' took out.",
        description = "Also removes what a drain left of an instance that is gone. Shows what there was.")
final class ResumeCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ID")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; said on standard error and kept nowhere.")
    private String reason = "";

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final Output output;

    ResumeCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        InstanceId instance = new InstanceId(service, id);
        try (EtcdClient etcd = options.connectEtcd();
                Discovery discovery = Discovery.over(etcd, options.keyspace(), DiscoverySettings.DEFAULTS)) {
            Overlay before = discovery
                    .resume(instance)
                    .orElseThrow(() -> Failure.notFound(instance + " is not taken out of service by hand"));
            OverlayText.write(output, before);
            if (!reason.isEmpty()) {
                console.say(instance + " is back in service: " + reason);
            }
        }
        return 0;
    }
}
