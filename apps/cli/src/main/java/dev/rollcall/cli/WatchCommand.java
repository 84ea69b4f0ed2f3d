package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.etcd.WatchListener;
import dev.rollcall.etcd.WatchRequest;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "watch", header = "Show every change of a key, or of all keys that begin with a text, until stopped.")
final class WatchCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Option(
            names = {"-r", "--recursive"},
            description = "Watch every key that begins with KEY; end a directory with its slash.")
    private boolean recursive;

    @Option(names = "--revision", paramLabel = "N", description = "Begin at this revision. Default: now.")
    private long revision;

    @Option(
            names = {"-n", "--events"},
            paramLabel = "N",
            description = "End after so many events.")
    private long most = Long.MAX_VALUE;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private final Output output;

    WatchCommand(Console console) {
        this.console = console;
        this.store = new StoreOptions(console);
        this.output = new Output(console);
    }

    @Override
    public Integer call() {
        if (key.isEmpty() && !recursive) {
            throw Failure.usage("a key is never empty; 'rollcall watch -r \"\"' watches the whole store");
        }
        KeyRange range = recursive ? KeyRange.prefix(key) : KeyRange.single(Bytes.utf8(key));
        console.stop().arm();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        console.stop().onRaise(signal -> ended.complete(null));
        try (EtcdClient etcd = store.connect()) {
            etcd.cluster().status();
            Watch watch = etcd.watches()
                    .watch(WatchRequest.of(range).from(revision).withPrevious(), new Printer(ended, most));
            watch.ended().whenComplete((done, failure) -> {
                if (failure != null) {
                    ended.completeExceptionally(failure);
                }
            });
            ended.join();
            watch.close();
        }
        return console.stop().isRaised() ? console.stop().exitCode() : ExitCode.OK;
    }

    /** Prints on the client's callback thread; the watch is parked while standard output is blocked. */
    private final class Printer implements WatchListener {

        private final CompletableFuture<Void> ended;
        private long left;

        Printer(CompletableFuture<Void> ended, long left) {
            this.ended = ended;
            this.left = left;
        }

        @Override
        public void batch(WatchBatch batch) {
            for (WatchEvent event : batch.events()) {
                if (left > 0 && (!print(event) || --left == 0)) {
                    left = 0;
                    ended.complete(null);
                }
            }
        }

        private boolean print(WatchEvent event) {
            String type = event.type() == WatchEvent.Type.DELETE ? "delete" : event.isCreate() ? "create" : "put";
            Json object = Json.object().text("type", type);
            KeyText.add(object, "key", event.kv().key());
            if (event.type() == WatchEvent.Type.PUT) {
                KeyText.add(object, "value", event.kv().value());
            }
            object.number("revision", event.kv().modRevision());
            event.previous().ifPresent(previous -> KeyText.add(object, "previous", previous.value()));
            String value = event.type() == WatchEvent.Type.PUT
                    ? SafeText.cell(KeyText.show(event.kv().value()))
                    : "";
            String line = String.format(
                    "%8d  %-6s  %s  %s",
                    event.kv().modRevision(),
                    type,
                    SafeText.cell(KeyText.show(event.kv().key())),
                    value);
            return output.event(line.stripTrailing(), object);
        }

        @Override
        public void created(Header header, boolean resumed) {
            console.say(
                    resumed
                            ? "watching again"
                            : "watching " + (key.isEmpty() ? "every key" : key) + " (revision " + header.revision()
                                    + ")");
        }

        @Override
        public void interrupted(EtcdException cause) {
            console.say("interrupted, trying again: " + cause.getMessage());
        }

        @Override
        public void compacted(long compactRevision) {
            ended.completeExceptionally(new Failure(
                    ExitCode.ERROR,
                    "the changes before revision " + compactRevision
                            + " were compacted away; begin there with --revision " + compactRevision));
        }

        @Override
        public void wentBack(Header header) {
            ended.completeExceptionally(new Failure(
                    ExitCode.ERROR,
                    "the store went back to revision " + header.revision()
                            + ": it was wiped or restored; watch again"));
        }
    }
}
