package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.PutResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "put", header = "Write a key.")
final class PutCommand implements Callable<Integer> {

    private static final int MOST = 4 << 20;

    private final Console console;

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "The value; - reads it from standard input.")
    private String value = "";

    @Option(names = "--lease", paramLabel = "ID", description = "The lease the key lives by.")
    private @Nullable String lease;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    PutCommand(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() throws IOException {
        if (key.isEmpty()) {
            throw Failure.usage("a key is never empty");
        }
        Put put = Put.of(Bytes.utf8(key), value.equals("-") ? input() : Bytes.utf8(value));
        if (lease != null) {
            put = put.under(LeaseId.parse(lease));
        }
        try (EtcdClient etcd = store.connect()) {
            PutResult result = etcd.kv().put(put);
            long revision = result.header().revision();
            output.one(
                    new Table("KEY", "REVISION").row(key, revision),
                    Json.object().text("key", key).number("revision", revision));
        }
        return 0;
    }

    private Bytes input() throws IOException {
        byte[] bytes = console.in().readNBytes(MOST + 1);
        if (bytes.length > MOST) {
            throw Failure.usage("standard input holds more than 4 MiB; etcd takes 1.5 MiB");
        }
        return Bytes.of(bytes);
    }
}
