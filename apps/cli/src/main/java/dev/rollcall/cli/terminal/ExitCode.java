package dev.rollcall.cli.terminal;

/** What the command's exit code says; a contract with scripts, listed in {@code docs/cli.md}. */
public final class ExitCode {

    /** Done. */
    public static final int OK = 0;
    /** It failed; the line on standard error says why. */
    public static final int ERROR = 1;
    /** The command line, or a value on it, makes no sense. */
    public static final int USAGE = 2;
    /** There is no such key, lease, service or instance. */
    public static final int NOT_FOUND = 3;
    /** No etcd answers. */
    public static final int UNREACHABLE = 4;
    /** The user, the password, the certificate or the permission is wrong. */
    public static final int AUTH = 5;
    /** It did not end in time; as timeout(1). */
    public static final int TIMEOUT = 124;
    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
