package dev.rollcall.cli.terminal;

/** Ends a command with one line for the person and an {@link ExitCode}; never shown as a stack trace. */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** A failure whose message says what and what to do. */
    public Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Something that was asked for is not there. */
    public static Failure notFound(String message) {
        return new Failure(ExitCode.NOT_FOUND, message);
    }

    /** The command line makes no sense. */
    public static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, message);
    }

    /** What to exit with. */
    public int exitCode() {
        return exitCode;
    }
}
