package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.LeaseTimeToLive;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "lease", header = "Grant, revoke, look at and renew leases.", synopsisSubcommandLabel = "ACTION")
final class LeaseCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    static CommandLine withActions(Console console) {
        return new CommandLine(new LeaseCommand())
                .addSubcommand(new Grant(console))
                .addSubcommand(new Revoke(console))
                .addSubcommand(new Ttl(console))
                .addSubcommand(new ListAll(console))
                .addSubcommand(new Renew(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which action: grant, revoke, ttl, list or keep-alive");
    }

    @Command(name = "grant", header = "Grant a lease.")
    static final class Grant implements Callable<Integer> {

        @Parameters(paramLabel = "TIME", description = "Its time to live, such as 10s.")
        private String ttl = "";

        @Mixin
        private final StoreOptions store;

        @Mixin
        private final Output output;

        Grant(Console console) {
            this.store = new StoreOptions(console);
            this.output = new Output(console);
        }

        @Override
        public Integer call() {
            try (EtcdClient etcd = store.connect()) {
                LeaseGrant grant = etcd.leases().grant(TimeText.parse("TIME", ttl));
                long seconds = grant.ttl().toSeconds();
                output.one(
                        new Table("LEASE", "TTL").row(grant.id(), seconds + " s"),
                        Json.object().text("lease", grant.id().toString()).number("ttl", seconds));
            }
            return 0;
        }
    }

    @Command(name = "revoke", header = "End a lease; its keys go with it.")
    static final class Revoke implements Callable<Integer> {

        @Parameters(paramLabel = "ID")
        private String id = "";

        @Mixin
        private final StoreOptions store;

        @Mixin
        private final Output output;

        Revoke(Console console) {
            this.store = new StoreOptions(console);
            this.output = new Output(console);
        }

        @Override
        public Integer call() {
            LeaseId lease = LeaseId.parse(id);
            try (EtcdClient etcd = store.connect()) {
                long revision = etcd.leases().revoke(lease).revision();
                output.one(
                        new Table("REVOKED", "REVISION").row(lease, revision),
                        Json.object().text("lease", lease.toString()).number("revision", revision));
            }
            return 0;
        }
    }

    @Command(name = "ttl", header = "Tell what is left of a lease, and its keys.")
    static final class Ttl implements Callable<Integer> {

        @Parameters(paramLabel = "ID")
        private String id = "";

        @Mixin
        private final StoreOptions store;

        @Mixin
        private final Output output;

        Ttl(Console console) {
            this.store = new StoreOptions(console);
            this.output = new Output(console);
        }

        @Override
        public Integer call() {
            try (EtcdClient etcd = store.connect()) {
                LeaseTimeToLive left = alive(etcd, LeaseId.parse(id));
                List<String> keys =
                        left.keys().stream().sorted().map(KeyText::show).toList();
                output.one(
                        new Table("LEASE", "LEFT", "OF", "KEYS")
                                .row(
                                        left.id(),
                                        left.remaining().toSeconds() + " s",
                                        left.granted().toSeconds() + " s",
                                        String.join(" ", keys)),
                        Json.object()
                                .text("lease", left.id().toString())
                                .number("remaining", left.remaining().toSeconds())
                                .number("granted", left.granted().toSeconds())
                                .texts("keys", keys));
            }
            return 0;
        }
    }

    @Command(name = "list", header = "List every lease in the store.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private final StoreOptions store;

        @Mixin
        private final Output output;

        ListAll(Console console) {
            this.store = new StoreOptions(console);
            this.output = new Output(console);
        }

        @Override
        public Integer call() {
            try (EtcdClient etcd = store.connect()) {
                Table table = new Table("LEASE");
                List<Json> objects = new ArrayList<>();
                for (LeaseId lease : etcd.leases().list()) {
                    table.row(lease);
                    objects.add(Json.object().text("lease", lease.toString()));
                }
                output.list(table, objects);
                return objects.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
            }
        }
    }

    @Command(name = "keep-alive", header = "Renew a lease until stopped.")
    static final class Renew implements Callable<Integer> {

        private final Console console;

        @Parameters(paramLabel = "ID")
        private String id = "";

        @Mixin
        private final StoreOptions store;

        Renew(Console console) {
            this.console = console;
            this.store = new StoreOptions(console);
        }

        @Override
        public Integer call() {
            console.stop().arm();
            try (EtcdClient etcd = store.connect()) {
                LeaseTimeToLive left = alive(etcd, LeaseId.parse(id));
                CompletableFuture<KeepAlive.State> ended = new CompletableFuture<>();
                KeepAlive renewal = etcd.leases()
                        .keepAlive(
                                new LeaseGrant(left.header(), left.id(), left.granted()),
                                (keepAlive, state, header) -> console.say(
                                        Stopwatch.timeOfDay() + "  lease " + keepAlive.lease() + " is " + state));
                renewal.ended().whenComplete((state, failure) -> ended.complete(state));
                console.stop().onRaise(signal -> ended.complete(KeepAlive.State.CLOSED));
                console.say("renewing the lease " + left.id() + " of "
                        + left.granted().toSeconds() + " s; Ctrl-C ends it");
                if (ended.join() == KeepAlive.State.LOST) {
                    throw Failure.notFound("the lease " + id + " is gone");
                }
                renewal.close();
            }
            return console.stop().exitCode();
        }
    }

    private static LeaseTimeToLive alive(EtcdClient etcd, LeaseId lease) {
        LeaseTimeToLive left = etcd.leases().timeToLive(lease);
        if (!left.alive()) {
            throw Failure.notFound("there is no lease " + lease + "; 'rollcall lease list' lists those there are");
        }
        return left;
    }
}
