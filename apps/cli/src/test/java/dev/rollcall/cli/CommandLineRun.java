package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.StopSignal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A command line run in this JVM, with its streams caught: at once, or in the background until it is stopped. */
final class CommandLineRun {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> env = new HashMap<>();
    private final StopSignal stop = StopSignal.manual();
    private boolean terminal;
    private byte[] input = new byte[0];
    private CompletableFuture<Integer> code = new CompletableFuture<>();

    private CommandLineRun() {}

    /** A console that is no terminal, and talks to the given endpoints. */
    static CommandLineRun at(List<String> endpoints) {
        return new CommandLineRun().with("ROLLCALL_ENDPOINTS", String.join(",", endpoints));
    }

    /** A console without any environment. */
    static CommandLineRun bare() {
        return new CommandLineRun();
    }

    CommandLineRun with(String variable, String value) {
        env.put(variable, value);
        return this;
    }

    CommandLineRun onTerminal() {
        terminal = true;
        return this;
    }

    CommandLineRun input(byte... bytes) {
        input = bytes;
        return this;
    }

    CommandLineRun run(String... args) {
        code.complete(Main.run(console(), args));
        return this;
    }

    CommandLineRun start(String... args) {
        Console console = console();
        code = CompletableFuture.supplyAsync(
                () -> Main.run(console, args), task -> new Thread(task, "test-command").start());
        return this;
    }

    CommandLineRun awaitOut(String text) {
        await(() -> out().contains(text));
        return this;
    }

    CommandLineRun awaitErr(String text) {
        await(() -> err().contains(text));
        return this;
    }

    CommandLineRun signal(String name) {
        stop.raise(name);
        return this;
    }

    int code() {
        return code.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    List<String> lines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** It ended as it should, and its standard error, if anything is there, is one line without a trace. */
    CommandLineRun exits(int expected) {
        assertThat(code()).as("exit code; standard error: %s", err()).isEqualTo(expected);
        assertThat(err()).doesNotContain("\tat ").doesNotContain("Exception");
        return this;
    }

    private void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(PATIENCE)
                .conditionEvaluationListener(seen -> {
                    if (code.isDone() && !seen.isSatisfied()) {
                        throw new AssertionError("it ended with " + code.join() + ": " + out() + err());
                    }
                })
                .until(condition);
    }

    private Console console() {
        return new Console(
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                env,
                stop);
    }
}
