package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import java.io.IOException;
import java.util.List;

/** The command that {@code register} wraps. It has our streams and our terminal; it never outlives us but by {@code kill -9}. */
final class WrappedProcess implements AutoCloseable {

    private final Process process;
    private final Thread reaper;

    private WrappedProcess(Process process) {
        this.process = process;
        this.reaper = new Thread(process::destroyForcibly, "rollcall-reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    static WrappedProcess start(List<String> command) {
        try {
            return new WrappedProcess(new ProcessBuilder(command).inheritIO().start());
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.ERROR, "the command " + command.get(0) + " cannot be started: " + e.getMessage());
        }
    }

    void onExit(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    /** Passes on the signal that we got, if any, waits for the end as long as it takes, and returns its exit code (128 + n after signal n). */
    int end(Console console) {
        console.stop().onRaise(signal -> {
            // Ctrl-C reaches every process of the terminal by itself; a second one would look like impatience.
            if (!(signal.equals("INT") && console.terminal())) {
                pass(signal);
            }
        });
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    private void pass(String signal) {
        if (signal.equals("TERM")) {
            process.destroy();
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        } catch (IOException e) {
            process.destroy();
        }
    }

    /** Ends it if it still runs. */
    @Override
    public void close() {
        process.destroy();
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // The JVM is going down already, and the hook does the rest.
            return;
        }
    }
}
