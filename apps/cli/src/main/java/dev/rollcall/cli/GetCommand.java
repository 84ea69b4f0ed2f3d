package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "get", header = "Read a key.")
final class GetCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Option(names = "--revision", paramLabel = "N", description = "Read it as it was at this revision.")
    private long revision;

    @Option(
            names = "--value-only",
            description =
                    "Write the bytes of the value and nothing else; on a terminal control characters are spelled out.")
    private boolean valueOnly;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    GetCommand(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        if (key.isEmpty()) {
            throw Failure.usage("a key is never empty");
        }
        try (EtcdClient etcd = store.connect()) {
            KeyValue kv = etcd.kv()
                    .get(Get.key(key).atRevision(revision))
                    .first()
                    .orElseThrow(() ->
                            Failure.notFound("there is no key " + key + (revision > 0 ? " at revision " + revision : "")
                                    + "; 'rollcall ls' lists what is there"));
            if (!valueOnly) {
                output.one(table(kv), KeyText.json(kv, true));
            } else if (console.terminal()) {
                console.emit(SafeText.line(KeyText.show(kv.value())));
            } else {
                console.out().writeBytes(kv.value().toByteArray());
            }
        }
        return 0;
    }

    private static Table table(KeyValue kv) {
        return new Table("KEY", "VALUE", "CREATED", "CHANGED", "VERSION", "LEASE")
                .row(
                        KeyText.show(kv.key()),
                        KeyText.show(kv.value()),
                        kv.createRevision(),
                        kv.modRevision(),
                        kv.version(),
                        kv.lease().isNone() ? "" : kv.lease());
    }
}
