package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Tls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        header = "Copy all keys and leases into another, empty etcd.",
        footer =
                "%nNot copied: old versions, revisions, users and roles. Nobody may write meanwhile; renewals do no harm.")
final class ExportCommand implements Callable<Integer> {

    @Option(names = "--to", paramLabel = "URL,...", required = true, description = "Where to: an etcd without any key.")
    private String target = "";

    @Option(names = "--to-user", paramLabel = "NAME:PASSWORD", description = "Who we are there.")
    private @Nullable String user;

    @Option(names = "--to-cacert", paramLabel = "PEM", description = "Authorities to believe there.")
    private @Nullable Path cacert;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    ExportCommand(Console console) {
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        try (EtcdClient from = store.connect();
                EtcdClient to = connect()) {
            StoreCopy.Done done = new StoreCopy(from, to).run();
            output.one(
                    new Table("KEYS", "LEASES", "FROM REVISION", "TO REVISION")
                            .row(done.keys(), done.leases(), done.fromRevision(), done.toRevision()),
                    Json.object()
                            .number("keys", done.keys())
                            .number("leases", done.leases())
                            .number("fromRevision", done.fromRevision())
                            .number("toRevision", done.toRevision()));
        }
        return 0;
    }

    private EtcdClient connect() {
        EtcdClientBuilder builder;
        try {
            builder = EtcdClient.builder(target).callTimeout(store.timeout());
        } catch (IllegalArgumentException | EtcdException e) {
            throw Failure.usage("--to: " + e.getMessage());
        }
        if (user != null) {
            builder.credentials(Credentials.parse(user));
        }
        if (cacert != null) {
            builder.tls(new Tls(Optional.of(cacert), Optional.empty(), Optional.empty()));
        }
        return builder.connect();
    }
}
