package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns whatever went wrong into one line and an exit code. */
final class Failures {

    private Failures() {}

    static int report(Console console, Throwable failure, boolean debug) {
        Throwable cause = unwrap(failure);
        console.say("rollcall: " + line(cause));
        if (debug) {
            failure.printStackTrace(console.err());
        }
        return exitCode(cause);
    }

    static int exitCode(Throwable cause) {
        if (cause instanceof Failure failure) {
            return failure.exitCode();
        }
        EtcdException etcd = etcd(cause);
        if (etcd != null) {
            return exitCode(etcd.code());
        }
        return cause instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.ERROR;
    }

    private static int exitCode(EtcdError code) {
        return switch (code) {
            case KEY_NOT_FOUND, LEASE_NOT_FOUND -> ExitCode.NOT_FOUND;
            case UNAVAILABLE, NO_LEADER, UNSUPPORTED_SERVER, OTHER_CLUSTER -> ExitCode.UNREACHABLE;
            case PERMISSION_DENIED, UNAUTHENTICATED, AUTH_NOT_ENABLED, TLS -> ExitCode.AUTH;
            case TIMEOUT, OUTCOME_UNKNOWN -> ExitCode.TIMEOUT;
            case INTERRUPTED -> ExitCode.INTERRUPTED;
            case INVALID_ARGUMENT, TOO_LARGE -> ExitCode.USAGE;
            case LEASE_EXISTS,
                    LEASE_TTL_TOO_LARGE,
                    COMPACTED,
                    FUTURE_REVISION,
                    NO_SPACE,
                    CORRUPT,
                    OVERLOADED,
                    CLOSED,
                    INTERNAL -> ExitCode.ERROR;
        };
    }

    private static String line(Throwable cause) {
        String message = cause.getMessage();
        boolean ours =
                cause instanceof Failure || cause instanceof EtcdException || cause instanceof IllegalArgumentException;
        if (message == null || message.isBlank()) {
            message = cause.getClass().getSimpleName();
        }
        return ours || etcd(cause) != null ? message : message + " (--debug shows where)";
    }

    private static @Nullable EtcdException etcd(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof EtcdException etcd) {
                return etcd;
            }
        }
        return null;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
