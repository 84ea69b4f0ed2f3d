package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        header = "Write a completion script for bash and zsh.",
        description = "In bash: source <(rollcall completion)")
final class CompletionCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.emit(AutoComplete.bash("rollcall", spec.root().commandLine()));
        return 0;
    }
}
