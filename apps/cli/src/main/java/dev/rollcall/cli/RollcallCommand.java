package dev.rollcall.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top of the command line: names the commands and tells what the exit codes mean. */
@Command(
        name = "rollcall",
        scope = ScopeType.INHERIT,
        versionProvider = RollcallCommand.Version.class,
        header = "Service registration and discovery on etcd v3.",
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        usageHelpAutoWidth = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; standard error says why",
            "2:the command line makes no sense",
            "3:not found, or nothing there",
            "4:no etcd answers",
            "5:user, password, certificate or permission is wrong",
            "124:not done in time",
            "130:Ctrl-C"
        })
final class RollcallCommand implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show stack traces and debug logging on standard error.")
    boolean debug;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which command");
    }

    /** The version in the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = RollcallCommand.class.getPackage().getImplementationVersion();
            return new String[] {"rollcall " + (version == null ? "from classes, without a version" : version)};
        }
    }
}
