package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "members", header = "List the members of the etcd cluster.")
final class MembersCommand implements Callable<Integer> {

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    MembersCommand(Console console) {
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        Table table = new Table("ID", "NAME", "CLIENT URLS", "PEER URLS", "LEARNER");
        List<Json> objects = new ArrayList<>();
        try (EtcdClient etcd = store.connect()) {
            for (Member member : etcd.cluster().members()) {
                String id = Long.toHexString(member.id());
                table.row(
                        id,
                        member.name(),
                        String.join(",", member.clientUrls()),
                        String.join(",", member.peerUrls()),
                        member.learner());
                objects.add(Json.object()
                        .text("id", id)
                        .text("name", member.name())
                        .texts("clientUrls", member.clientUrls())
                        .texts("peerUrls", member.peerUrls())
                        .flag("learner", member.learner()));
            }
        }
        output.list(table, objects);
        return 0;
    }
}
