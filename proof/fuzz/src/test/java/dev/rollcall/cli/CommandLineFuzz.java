package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.StopSignal;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Any words as a command line: understood, or one line that hurts no terminal and the exit code of misuse. */
public final class CommandLineFuzz {

    private static final List<String> WORDS = List.of(
            "get",
            "put",
            "ls",
            "watch",
            "lease",
            "grant",
            "instances",
            "discover",
            "register",
            "serve",
            "--endpoints",
            "--output",
            "json",
            "--keyspace",
            "--prefix",
            "--timeout",
            "-o",
            "--",
            "--user",
            "http://127.0.0.1:1");

    private CommandLineFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        List<String> words = new ArrayList<>();
        while (input.hasMore() && words.size() < 16) {
            int word = input.next();
            words.add(word < 128 ? WORDS.get(word % WORDS.size()) : input.text());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                false,
                Map.of(),
                StopSignal.manual());
        String[] args = words.toArray(String[]::new);
        CommandLine root = Main.commandLine(console);
        try {
            root.parseArgs(CommandFirst.arrange(root, args));
        } catch (ParameterException misused) {
            Property.same(ExitCode.USAGE, Main.run(console, args));
            String said = out.toString(StandardCharsets.UTF_8);
            Property.holds(said.indexOf('\n') == said.length() - 1, () -> "not one line: " + said);
            Property.printable(said.strip(), 3_000);
        }
    }
}
