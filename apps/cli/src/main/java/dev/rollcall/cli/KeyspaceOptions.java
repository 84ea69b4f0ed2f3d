package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.RollcallBuilder;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which etcd, and where in it services stand. */
final class KeyspaceOptions {

    private final Console console;

    @Mixin
    private final StoreOptions store;

    @Option(
            names = "--keyspace",
            paramLabel = "NAME",
            description = "standard, or plain:DIR as in plain:/service (ROLLCALL_KEYSPACE; else standard).")
    private @Nullable String keyspace;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "What stands before every key, to keep several tenants apart (ROLLCALL_PREFIX).")
    private @Nullable String prefix;

    KeyspaceOptions(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
    }

    StoreOptions store() {
        return store;
    }

    Keyspace keyspace() {
        String name = keyspace != null
                ? keyspace
                : console.variable("ROLLCALL_KEYSPACE").orElse("standard");
        String before =
                prefix != null ? prefix : console.variable("ROLLCALL_PREFIX").orElse("");
        Keyspace plain = Keyspace.parse(name);
        return before.isEmpty() ? plain : plain.withPrefix(before);
    }

    /** The bare client, for commands that look at keys. */
    EtcdClient connectEtcd() {
        return store.connect();
    }

    /** The library, with somebody who is told what goes on inside. */
    Rollcall connect(Observer observer) {
        RollcallBuilder builder = Rollcall.builder(store.endpoints().toArray(String[]::new))
                .keyspace(keyspace())
                .startBound(store.timeout())
                .observer(observer);
        store.credentials().ifPresent(builder::credentials);
        store.tls().ifPresent(builder::tls);
        return builder.connect();
    }

    /** The lease of a registration, if the environment says one. */
    Optional<String> lease() {
        return console.variable("ROLLCALL_LEASE");
    }
}
