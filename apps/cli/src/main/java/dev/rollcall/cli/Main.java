package dev.rollcall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollcall.cli.demo.DemoCommand;
import dev.rollcall.cli.demo.WorkerCommand;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
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
            CommandLine root = commandLine(console, args);
            return root.execute(CommandFirst.arrange(root, args));
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    /** The command that the first word names, or else all of them; to make them all takes longer than most of them run. */
    static CommandLine commandLine(Console console, String... args) {
        Map<String, Function<Console, CommandLine>> commands = commands();
        Function<Console, CommandLine> named = args.length == 0 ? null : commands.get(args[0]);
        CommandLine root = new CommandLine(new RollcallCommand());
        if (named == null || args[0].equals("completion")) {
            commands.values().forEach(command -> root.addSubcommand(command.apply(console)));
        } else {
            root.addSubcommand(named.apply(console));
        }
        root.setOut(new PrintWriter(console.out(), true, UTF_8));
        root.setErr(new PrintWriter(console.err(), true, UTF_8));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        root.setUsageHelpWidth(110);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setExpandAtFiles(false);
        root.setParameterExceptionHandler((failure, line) -> usage(console, failure));
        root.setExecutionExceptionHandler((failure, line, parsed) -> {
            RollcallCommand top = (RollcallCommand) root.getCommandSpec().userObject();
            return Failures.report(console, failure, top.debug);
        });
        return root;
    }

    /** In the order of the help. */
    private static Map<String, Function<Console, CommandLine>> commands() {
        Map<String, Function<Console, CommandLine>> commands = new LinkedHashMap<>();
        commands.put("demo", console -> new CommandLine(new DemoCommand(console)));
        commands.put("serve", Main::serve);
        commands.put("register", console -> new CommandLine(new RegisterCommand(console)));
        commands.put("services", console -> new CommandLine(new ServicesCommand(console)));
        commands.put("instances", console -> new CommandLine(new InstancesCommand(console)));
        commands.put("discover", console -> new CommandLine(new DiscoverCommand(console)));
        commands.put("drain", console -> new CommandLine(new DrainCommand(console)));
        commands.put("resume", console -> new CommandLine(new ResumeCommand(console)));
        commands.put("put", console -> new CommandLine(new PutCommand(console)));
        commands.put("get", console -> new CommandLine(new GetCommand(console)));
        commands.put("ls", console -> new CommandLine(new ListCommand(console)));
        commands.put("rm", console -> new CommandLine(new RemoveCommand(console)));
        commands.put("watch", console -> new CommandLine(new WatchCommand(console)));
        commands.put("lease", LeaseCommand::withActions);
        commands.put("export", console -> new CommandLine(new ExportCommand(console)));
        commands.put("status", console -> new CommandLine(new StatusCommand(console)));
        commands.put("members", console -> new CommandLine(new MembersCommand(console)));
        commands.put("completion", console -> new CommandLine(new CompletionCommand(console)));
        commands.put("worker", console -> new CommandLine(new WorkerCommand(console)));
        return commands;
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
