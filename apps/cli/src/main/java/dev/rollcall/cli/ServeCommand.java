package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        header = "Run the embedded, etcd-compatible server in the foreground until stopped.",
        description =
                "With --data-dir every write is on disk before it is answered. Without it, everything is in memory and gone"
                        + " when it ends. The options are etcd's; each may stand in its ETCD_* variable, too.")
final class ServeCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Option(names = "--while-input-is-open", hidden = true, description = "End when standard input ends.")
    private boolean whileInputIsOpen;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        options.check();
        console.stop().arm();
        try (EmbeddedEtcd etcd = start()) {
            etcd.httpEndpoint().ifPresent(url -> console.say("serving HTTP pages and the JSON gateway at " + url));
            console.emit("ready to serve client requests at " + etcd.endpoint());
            if (whileInputIsOpen) {
                stopWhenInputEnds();
            }
            console.stop().await();
        }
        return console.stop().exitCode();
    }

    private EmbeddedEtcd start() {
        try {
            return options.builder().start();
        } catch (UncheckedIOException e) {
            throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
        }
    }

    private void stopWhenInputEnds() {
        Thread reader = new Thread(
                () -> {
                    try {
                        console.in().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        console.say("standard input failed: " + e.getMessage());
                    }
                    console.stop().raise("TERM");
                },
                "rollcall-input");
        reader.setDaemon(true);
        reader.start();
    }
}
