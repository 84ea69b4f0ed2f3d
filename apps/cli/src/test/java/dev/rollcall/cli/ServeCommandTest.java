package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServeCommandTest {

    private static final Pattern READY = Pattern.compile("ready to serve client requests at http://127.0.0.1:([0-9]+)");

    @Test
    void itServesUntilSigterm() {
        CommandLineRun serve = CommandLineRun.bare()
                .start(
                        "serve",
                        "--listen-client-urls",
                        "http://127.0.0.1:0",
                        "--listen-client-http-urls",
                        "http://127.0.0.1:0")
                .awaitOut("ready to serve client requests");
        assertThat(serve.err()).contains("serving HTTP pages and the JSON gateway at http://127.0.0.1:");
        CommandLineRun.bare()
                .run("put", "a", "1", "--endpoints", "127.0.0.1:" + port(serve))
                .exits(0);
        serve.signal("TERM").exits(0);
        CommandLineRun.bare()
                .run("get", "a", "--endpoints", "127.0.0.1:" + port(serve), "--timeout", "500ms")
                .exits(4);
    }

    @Test
    void aTakenPortIsOneLine() {
        CommandLineRun first = CommandLineRun.bare()
                .start("serve", "--listen-client-urls", "http://127.0.0.1:0")
                .awaitOut("ready to serve");
        CommandLineRun second = CommandLineRun.bare()
                .run("serve", "--listen-client-urls", "http://127.0.0.1:" + port(first))
                .exits(1);
        assertThat(second.err().lines()).hasSize(1);
        assertThat(second.err()).contains(port(first));
        assertThat(first.signal("INT").code()).isEqualTo(130);
    }

    @Test
    void itKeepsItsDataInADirectoryThatOneServerUsesAtATime(@TempDir Path directory) {
        CommandLineRun first = serving(directory);
        CommandLineRun.bare()
                .run("put", "a", "1", "--endpoints", "127.0.0.1:" + port(first))
                .exits(0);
        CommandLineRun second = CommandLineRun.bare()
                .run("serve", "--listen-client-urls", "http://127.0.0.1:0", "--data-dir", directory.toString())
                .exits(1);
        assertThat(second.err().lines()).hasSize(1);
        assertThat(second.err()).contains(directory.toString()).contains("in use by another server");
        first.signal("TERM").exits(0);

        CommandLineRun again = serving(directory);
        CommandLineRun get = CommandLineRun.bare()
                .run("get", "a", "--value-only", "--endpoints", "127.0.0.1:" + port(again))
                .exits(0);
        assertThat(get.out()).isEqualToIgnoringNewLines("1");
        again.signal("TERM").exits(0);
    }

    private static CommandLineRun serving(Path directory) {
        return CommandLineRun.bare()
                .start("serve", "--listen-client-urls", "http://127.0.0.1:0", "--data-dir", directory.toString())
                .awaitOut("ready to serve client requests");
    }

    @Test
    void itEndsWithItsInputWhereAskedTo() {
        CommandLineRun.bare()
                .start("serve", "--listen-client-urls", "http://127.0.0.1:0", "--while-input-is-open")
                .awaitOut("ready to serve")
                .exits(0);
    }

    private static String port(CommandLineRun serve) {
        Matcher matcher = READY.matcher(serve.out());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
