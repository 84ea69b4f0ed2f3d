package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ls", header = "List keys, all at one revision.")
final class ListCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PREFIX",
            description = "What the keys begin with; end a directory with its slash. Default: every key.")
    private String prefix = "";

    @Option(names = "--keys-only", description = "Without values.")
    private boolean keysOnly;

    @Option(names = "--count", description = "Only how many.")
    private boolean count;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    ListCommand(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        try (EtcdClient etcd = store.connect()) {
            if (count) {
                long found = etcd.kv()
                        .get(Get.range(KeyRange.prefix(prefix)).counting())
                        .count();
                output.one(
                        new Table("PREFIX", "KEYS").row(prefix, found),
                        Json.object().text("prefix", prefix).number("count", found));
                return found == 0 ? ExitCode.NOT_FOUND : ExitCode.OK;
            }
            return show(etcd.kv().list(KeyRange.prefix(prefix)).kvs());
        }
    }

    private int show(List<KeyValue> kvs) {
        Table table = keysOnly ? new Table("KEY", "CHANGED", "LEASE") : new Table("KEY", "VALUE", "CHANGED", "LEASE");
        List<Json> objects = new ArrayList<>();
        for (KeyValue kv : kvs) {
            String key = KeyText.show(kv.key());
            Object lease = kv.lease().isNone() ? "" : kv.lease();
            if (keysOnly) {
                table.row(key, kv.modRevision(), lease);
            } else {
                table.row(key, KeyText.show(kv.value()), kv.modRevision(), lease);
            }
            objects.add(KeyText.json(kv, !keysOnly));
        }
        if (kvs.isEmpty() && !output.isJson()) {
            console.say(prefix.isEmpty() ? "the store is empty" : "no key begins with " + prefix);
        } else {
            output.list(table, objects);
        }
        return kvs.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
    }
}
