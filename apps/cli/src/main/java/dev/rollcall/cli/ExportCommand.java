package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Tls;
import java.util.List;
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

    @Option(
            names = "--to-user",
            paramLabel = "NAME:PASSWORD",
            description =
                    "Who we are there. Better in ROLLCALL_TO_USER; the password alone may stand in ROLLCALL_TO_PASSWORD.")
    private @Nullable String user;

    @Option(
            names = "--to-cacert",
            paramLabel = "PEM",
            description = "Authorities to believe there (ROLLCALL_TO_CACERT).")
    private @Nullable String cacert;

    @Option(names = "--to-cert", paramLabel = "PEM", description = "Our certificate there (ROLLCALL_TO_CERT).")
    private @Nullable String cert;

    @Option(names = "--to-key", paramLabel = "PEM", description = "Its private key (ROLLCALL_TO_KEY).")
    private @Nullable String key;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    private final StoreAccess access;

    ExportCommand(Console console) {
        this.access = new StoreAccess("--to-", List.of("ROLLCALL_TO_"), console);
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
        Optional<Tls> tls = access.tls(cacert, cert, key);
        return access.connect(access.endpoints(target, tls), access.credentials(user), tls, store.timeout());
    }
}
