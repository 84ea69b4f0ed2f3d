package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.cli.terminal.Console;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no store: help, usage, options and environment. */
final class CommandLineTest {

    @Test
    void helpGoesToStandardOutputAndNamesCommandsAndExitCodes() {
        CommandLineRun help = CommandLineRun.bare().run("--help").exits(0);
        assertThat(help.out())
                .contains(
                        "demo",
                        "serve",
                        "register",
                        "discover",
                        "services",
                        "instances",
                        "put",
                        "get",
                        "ls",
                        "rm",
                        "watch",
                        "lease")
                .contains("124", "not done in time", "130", "Ctrl-C")
                .doesNotContain("worker");
        assertThat(help.err()).isEmpty();
        assertThat(CommandLineRun.bare().run("put", "--help").exits(0).out())
                .contains("--endpoints", "ETCDCTL_ENDPOINTS");
        assertThat(CommandLineRun.bare().run("--version").exits(0).out()).startsWith("rollcall ");
    }

    /** Where one command is named, no other is made; it has to be the one of that name. */
    @Test
    void theFirstWordNamesTheOneCommandThatIsMade() {
        Console console = Console.ofProcess();
        Set<String> all = Main.commandLine(console).getSubcommands().keySet();
        assertThat(all).hasSize(19);
        for (String name : all) {
            if (!name.equals("completion")) {
                assertThat(Main.commandLine(console, name).getSubcommands()).containsOnlyKeys(name);
            }
        }
        assertThat(Main.commandLine(console, "completion").getSubcommands()).containsOnlyKeys(all);
        assertThat(Main.commandLine(console, "--user", "serve").getSubcommands())
                .containsOnlyKeys(all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "                          | say which command",
                "put                       | 'KEY', 'VALUE'",
                "put a                     | 'VALUE'",
                "servic                    | did you mean",
                "get a --nonsense          | --nonsense",
                "get a -o yaml             | yaml",
                "get ''                    | never empty",
                "rm ''                     | whole store",
                "lease                     | grant, revoke",
                "lease grant soon          | write it like",
                "lease ttl xyz             | hexadecimal",
                "get a --timeout never     | write it like",
                "get a --cert x.pem        | x.pem",
                "get a --user joe          | ROLLCALL_PASSWORD",
                "get a --endpoints ,       | names no address",
                "get a --endpoints ftp://x | ftp://x",
                "export --to , | names no address",
                "export --to b --to-user joe | ROLLCALL_TO_PASSWORD",
                "export --to b --to-cert x.pem | --to-cert: the file x.pem",
                "services --keyspace odd   | plain:<directory>",
                "instances                 | SERVICE",
                "drain user u1             | --reason",
                "drain user a/b --reason x | '/'",
                "resume user               | 'ID'",
                "discover                  | --dir",
                "discover a --dir b        | --dir",
                "register a 127.0.0.1:0    | bind first",
                "register a b:1 --lease x  | write it like",
                "register a b:1 --weight 0 | weight",
                "register a/../b b:1       | ..",
                "serve --listen-client-urls http://0.0.0.0:0 | --insecure",
                "serve --listen-client-urls 2379 | write it like",
                "serve --listen-client-http-urls http://localhost:0 | its host",
                "demo --etcd ,             | an address is empty",
                "get a --revision x        | 'x'",
            })
    void badInputIsOneLineThatSaysWhatToDo(String line, String hint) {
        List<String> args = line == null
                ? List.of()
                : List.of(line.strip().split(" +")).stream()
                        .map(word -> word.equals("''") ? "" : word)
                        .toList();
        CommandLineRun run =
                CommandLineRun.bare().run(args.toArray(String[]::new)).exits(2);
        assertThat(run.err()).startsWith("rollcall: ").contains(hint);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whereNoEtcdAnswersTheExitCodeIs4() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        CommandLineRun run = CommandLineRun.bare()
                .run("get", "a", "--endpoints", "127.0.0.1:" + port, "--timeout", "700ms")
                .exits(4);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("127.0.0.1:" + port);
    }

    @Test
    void whereSomethingElseListensTheExitCodeIs4() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            CommandLineRun.bare()
                    .run("get", "a", "--endpoints", "127.0.0.1:" + silent.getLocalPort(), "--timeout", "700ms")
                    .exits(4);
        }
    }

    @Test
    void anOptionWinsOverOurEnvironmentAndThatOverEtcdctls() throws IOException {
        try (ServerSocket a = new ServerSocket(0);
                ServerSocket b = new ServerSocket(0);
                ServerSocket c = new ServerSocket(0)) {
            CommandLineRun run = CommandLineRun.bare()
                    .with("ETCDCTL_ENDPOINTS", "127.0.0.1:" + a.getLocalPort())
                    .with("ETCDCTL_COMMAND_TIMEOUT", "300ms");
            assertThat(run.run("get", "a").err()).contains(":" + a.getLocalPort());
            run.with("ROLLCALL_ENDPOINTS", "127.0.0.1:" + b.getLocalPort());
            assertThat(run.run("get", "a").err()).contains(":" + b.getLocalPort());
            assertThat(run.run("get", "a", "--endpoints", "127.0.0.1:" + c.getLocalPort())
                            .err())
                    .contains(":" + c.getLocalPort());
        }
    }

    @Test
    void aPasswordIsNeverShown() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            CommandLineRun run = CommandLineRun.bare()
                    .with("ETCDCTL_USER", "joe:canary-right")
                    .run(
                            "--debug",
                            "get",
                            "a",
                            "--endpoints",
                            "127.0.0.1:" + silent.getLocalPort(),
                            "--timeout",
                            "300ms");
            assertThat(run.code()).isNotZero();
            assertThat(run.out() + run.err()).doesNotContain("canary-");
        }
    }

    @Test
    void aCompletionScriptIsWritten() {
        assertThat(CommandLineRun.bare().run("completion").exits(0).out())
                .startsWith("#!/usr/bin/env bash")
                .contains("_complete_rollcall");
    }

    @Test
    void debugShowsTheTrace() {
        assertThat(CommandLineRun.bare().run("--debug", "lease", "ttl", "xyz").err())
                .contains("\tat dev.rollcall");
    }
}
