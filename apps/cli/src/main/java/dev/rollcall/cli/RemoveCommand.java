package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.DeleteResult;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyRange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rm", header = "Delete a key, or all keys that begin with a text.")
final class RemoveCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Option(
            names = {"-r", "--recursive"},
            description = "Delete every key that begins with KEY; end a directory with its slash.")
    private boolean recursive;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    RemoveCommand(Console console) {
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        if (key.isEmpty()) {
            throw Failure.usage("an empty key would delete the whole store; name a key or a prefix");
        }
        Bytes bytes = Bytes.utf8(key);
        try (EtcdClient etcd = store.connect()) {
            DeleteResult result =
                    etcd.kv().delete(recursive ? Delete.range(KeyRange.prefix(bytes)) : Delete.key(bytes));
            if (result.deleted() == 0) {
                throw Failure.notFound(
                        recursive ? "no key begins with " + key : "there is no key " + key + "; nothing was deleted");
            }
            long revision = result.header().revision();
            output.one(
                    new Table("DELETED", "REVISION").row(result.deleted(), revision),
                    Json.object().number("deleted", result.deleted()).number("revision", revision));
        }
        return 0;
    }
}
