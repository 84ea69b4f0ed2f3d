package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.EmbeddedEtcdBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        header = "Run the embedded, etcd-compatible server in the foreground until stopped.",
        description =
                "With --data-dir every write is on disk before it is answered. Without it, everything is in memory and gone"
                        + " when it ends.")
final class ServeCommand implements Callable<Integer> {

    private static final String CLIENT = "--listen-client-urls";
    private static final String HTTP = "--listen-client-http-urls";

    private final Console console;

    @Option(
            names = CLIENT,
            paramLabel = "URL",
            description = "Where clients connect; port 0 takes a free one. Default: http://127.0.0.1:2379.")
    private String clientUrl = "http://127.0.0.1:2379";

    @Option(
            names = HTTP,
            paramLabel = "URL",
            description = "Where /health and /version answer, another port of the same host. Default: nowhere.")
    private @Nullable String httpUrl;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep the data in this directory, created where there is none. Default: in memory.")
    private @Nullable Path dataDirectory;

    @Option(names = "--insecure", description = "Serve beyond this machine, too, without TLS and without passwords.")
    private boolean insecure;

    @Option(names = "--while-input-is-open", hidden = true, description = "End when standard input ends.")
    private boolean whileInputIsOpen;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        EmbeddedEtcdBuilder builder = settings();
        console.stop().arm();
        try (EmbeddedEtcd etcd = start(builder)) {
            etcd.httpEndpoint().ifPresent(url -> console.emit("serving /health and /version at " + url));
            console.emit("ready to serve client requests at " + etcd.endpoint());
            if (whileInputIsOpen) {
                stopWhenInputEnds();
            }
            console.stop().await();
        }
        return console.stop().exitCode();
    }

    private EmbeddedEtcdBuilder settings() {
        ListenAddress client = ListenAddress.parse(CLIENT, clientUrl);
        client.check(insecure);
        EmbeddedEtcdBuilder builder = EmbeddedEtcd.builder().host(client.host()).port(client.port());
        if (httpUrl != null) {
            ListenAddress http = ListenAddress.parse(HTTP, httpUrl);
            if (!http.host().equals(client.host())) {
                throw Failure.usage(HTTP + ": its host must be that of " + CLIENT + ", " + client.host());
            }
            builder.httpPort(http.port());
        }
        if (dataDirectory != null) {
            builder.dataDirectory(dataDirectory);
        }
        return insecure ? builder.insecure() : builder;
    }

    private static EmbeddedEtcd start(EmbeddedEtcdBuilder builder) {
        try {
            return builder.start();
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
