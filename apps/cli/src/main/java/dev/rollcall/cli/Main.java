package dev.rollcall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollcall.cli.demo.DemoCommand;
import dev.rollcall.cli.demo.WorkerCommand;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line. */
public final class Main {

    private Main() {}

    /** Runs a command line and ends the JVM with its exit code. */
    public static void main(String... args) {
        Logging.configure(args);
        int code = run(Console.ofProcess(), args);
        System.exit(code);
    }

    /** Runs a command line on a console and returns its exit code; what it writes is written when this returns. */
    static int run(Console console, String... args) {
        try {
            CommandLine root = commandLine(console);
            return root.execute(CommandFirst.arrange(root, args));
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    static CommandLine commandLine(Console console) {
        CommandLine root = new CommandLine(new RollcallCommand())
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(serve(console))
                .addSubcommand(new RegisterCommand(console))
                .addSubcommand(new ServicesCommand(console))
                .addSubcommand(new InstancesCommand(console))
                .addSubcommand(new DiscoverCommand(console))
                .addSubcommand(new PutCommand(console))
                .addSubcommand(new GetCommand(console))
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new RemoveCommand(console))
                .addSubcommand(new WatchCommand(console))
                .addSubcommand(LeaseCommand.withActions(console))
                .addSubcommand(new ExportCommand(console))
                .addSubcommand(new StatusCommand(console))
                .addSubcommand(new MembersCommand(console))
                .addSubcommand(new CompletionCommand(console))
                .addSubcommand(new WorkerCommand(console));
        root.setOut(new PrintWriter(console.out(), true, UTF_8));
        root.setErr(new PrintWriter(console.err(), true, UTF_8));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        root.setUsageHelpWidth(110);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setExpandAtFiles(false);
        root.setParameterExceptionHandler((failure, args) -> usage(console, failure));
        root.setExecutionExceptionHandler((failure, line, parsed) -> {
            RollcallCommand top = (RollcallCommand) root.getCommandSpec().userObject();
            return Failures.report(console, failure, top.debug);
        });
        return root;
    }

    /** Each option of etcd may stand in etcd's variable. */
    private static CommandLine serve(Console console) {
        CommandLine serve = new CommandLine(new ServeCommand(console));
        ForeignOptions.addTo(serve.getCommandSpec());
        serve.setDefaultValueProvider(option ->
                ForeignOptions.variable(option).flatMap(console::variable).orElse(null));
        return serve;
    }

    private static int usage(Console console, ParameterException failure) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        console.say("rollcall: " + firstLine(String.valueOf(failure.getMessage())) + suggestion(failure) + "; see '"
                + command + " --help'");
        return ExitCode.USAGE;
    }

    private static String suggestion(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            return "; did you mean '" + unmatched.getSuggestions().get(0) + "'?";
        }
        return "";
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
