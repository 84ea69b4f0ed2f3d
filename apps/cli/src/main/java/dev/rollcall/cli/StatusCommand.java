package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.MemberStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", header = "Show how the etcd behind each endpoint fares.")
final class StatusCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    StatusCommand(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        Table table = new Table("ENDPOINT", "VERSION", "MEMBER", "LEADER", "TERM", "REVISION", "SIZE", "ERRORS");
        List<Json> objects = new ArrayList<>();
        int code = ExitCode.OK;
        try (EtcdClient etcd = store.connect()) {
            for (String endpoint : etcd.cluster().endpoints()) {
                try {
                    MemberStatus status = etcd.cluster().status(endpoint);
                    add(endpoint, status, table, objects);
                } catch (EtcdException e) {
                    code = Failures.report(console, e, false);
                }
            }
        }
        if (!objects.isEmpty()) {
            output.list(table, objects);
        }
        return code;
    }

    private static void add(String endpoint, MemberStatus status, Table table, List<Json> objects) {
        String member = Long.toHexString(status.header().memberId());
        String leader = Long.toHexString(status.leader());
        long revision = status.header().revision();
        table.row(
                endpoint,
                status.version(),
                member,
                leader,
                status.raftTerm(),
                revision,
                status.dbSize(),
                String.join("; ", status.errors()));
        objects.add(Json.object()
                .text("endpoint", endpoint)
                .text("version", status.version())
                .text("cluster", Long.toHexString(status.header().clusterId()))
                .text("member", member)
                .text("leader", leader)
                .number("raftTerm", status.raftTerm())
                .number("revision", revision)
                .number("dbSize", status.dbSize())
                .texts("errors", status.errors()));
    }
}
