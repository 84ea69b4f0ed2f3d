package dev.rollcall.etcd;

import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one place where gRPC's codes and etcd's texts become an {@link EtcdError}.
 *
 * <p>etcd sends a code and a text, and the code alone is not enough: an old token is INVALID_ARGUMENT, an overload UNKNOWN, and "no leader"
 * is UNAVAILABLE as a closed connection is. Texts are those of etcd 3.4 and 3.5 ({@code api/v3rpc/rpctypes}).
 */
final class Errors {

    private Errors() {}

    /**
     * What a status means.
     *
     * @param code our word for it
     * @param notDone whether the member refused before it did anything
     * @param tokenRejected whether another token may help
     * @param text what the member, or gRPC, said
     * @param cause what lies behind it
     */
    record Failure(
            EtcdError code,
            boolean notDone,
            boolean tokenRejected,
            String text,
            @Nullable Throwable cause) {}

    /** What a part of a text, in lower case, means. */
    private record Rule(String part, EtcdError code, boolean notDone, boolean tokenRejected) {}

    private static Rule refused(String part, EtcdError code) {
        return new Rule(part, code, true, false);
    }

    private static Rule token(String part) {
        return new Rule(part, EtcdError.UNAUTHENTICATED, true, true);
    }

    private static Rule open(String part, EtcdError code) {
        return new Rule(part, code, false, false);
    }

    /** The first that fits counts. */
    private static final List<Rule> RULES = List.of(
            refused("requested lease not found", EtcdError.LEASE_NOT_FOUND),
            refused("lease already exists", EtcdError.LEASE_EXISTS),
            refused("too large lease ttl", EtcdError.LEASE_TTL_TOO_LARGE),
            refused("key not found", EtcdError.KEY_NOT_FOUND),
            refused("request is too large", EtcdError.TOO_LARGE),
            refused("message larger than max", EtcdError.TOO_LARGE),
            open("message exceeds maximum size", EtcdError.TOO_LARGE),
            refused("revision has been compacted", EtcdError.COMPACTED),
            refused("is a future revision", EtcdError.FUTURE_REVISION),
            refused("database space exceeded", EtcdError.NO_SPACE),
            refused("corrupt cluster", EtcdError.CORRUPT),
            token("user name is empty"),
            token("invalid auth token"),
            token("revision of auth store is old"),
            refused("invalid user id or password", EtcdError.UNAUTHENTICATED),
            refused("password was given for no password user", EtcdError.UNAUTHENTICATED),
            refused("authentication is not enabled", EtcdError.AUTH_NOT_ENABLED),
            refused("permission denied", EtcdError.PERMISSION_DENIED),
            refused("etcdserver: no leader", EtcdError.NO_LEADER),
            open("leader changed", EtcdError.NO_LEADER),
            refused("watcher range is empty", EtcdError.INVALID_ARGUMENT),
            refused("too many requests", EtcdError.OVERLOADED),
            refused("rpc not supported for learner", EtcdError.UNAVAILABLE),
            open("request timed out", EtcdError.TIMEOUT),
            open("context deadline exceeded", EtcdError.TIMEOUT),
            open("channel closed", EtcdError.UNAVAILABLE),
            open("rst_stream", EtcdError.UNAVAILABLE),
            open("rst stream", EtcdError.UNAVAILABLE));

    /** Says what a status means. */
    static Failure classify(Status status) {
        String text = text(status);
        String lower = text.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if (lower.contains(rule.part())) {
                return new Failure(rule.code(), rule.notDone(), rule.tokenRejected(), text, status.getCause());
            }
        }
        EtcdError code = switch (status.getCode()) {
            case OK, CANCELLED, ABORTED -> EtcdError.UNAVAILABLE;
            case UNAVAILABLE -> TlsFiles.fault(status.getCause()) == null ? EtcdError.UNAVAILABLE : EtcdError.TLS;
            case DEADLINE_EXCEEDED -> EtcdError.TIMEOUT;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, ALREADY_EXISTS, OUT_OF_RANGE, NOT_FOUND ->
                EtcdError.INVALID_ARGUMENT;
            case PERMISSION_DENIED -> EtcdError.PERMISSION_DENIED;
            case UNAUTHENTICATED -> EtcdError.UNAUTHENTICATED;
            case RESOURCE_EXHAUSTED -> EtcdError.OVERLOADED;
            case DATA_LOSS -> EtcdError.CORRUPT;
            case UNIMPLEMENTED -> EtcdError.UNSUPPORTED_SERVER;
            case INTERNAL, UNKNOWN -> EtcdError.INTERNAL;
        };
        boolean refused = code == EtcdError.INVALID_ARGUMENT || code == EtcdError.UNSUPPORTED_SERVER;
        return new Failure(code, refused, false, text, status.getCause());
    }

    private static String text(Status status) {
        String said = status.getDescription();
        return said == null || said.isBlank() ? status.getCode().name() : said;
    }

    /** The failure of a call. */
    static EtcdException of(Failure failure, EtcdError code, String what, @Nullable Endpoint endpoint) {
        String where = endpoint == null ? "" : " at " + endpoint;
        String tlsFault = code == EtcdError.TLS ? TlsFiles.fault(failure.cause()) : null;
        String said = tlsFault == null ? failure.text() : tlsFault;
        return new EtcdException(code, what + " failed" + where + ": " + said + advice(code), failure.cause());
    }

    private static String advice(EtcdError code) {
        return switch (code) {
            case UNAUTHENTICATED -> "; check the user and password given to the client as credentials";
            case PERMISSION_DENIED -> "; grant the user's role this range (etcdctl role grant-permission)";
            case OUTCOME_UNKNOWN -> "; it may have been done: read before you write again";
            case NO_SPACE -> "; compact, defragment and disarm the alarm";
            case COMPACTED -> "; read at a newer revision";
            case TOO_LARGE -> "; etcd takes 1.5 MiB unless told otherwise";
            case KEY_NOT_FOUND -> "; put the key with a value and a lease first";
            case LEASE_NOT_FOUND -> "; grant a new lease";
            case NO_LEADER -> "; the cluster has no quorum for now";
            case UNSUPPORTED_SERVER -> "; this client needs etcd 3.4 or later";
            default -> "";
        };
    }

    /** No connection to one endpoint. */
    static EtcdException connecting(Endpoint endpoint, Failure failure) {
        if (failure.code() == EtcdError.TLS) {
            return new EtcdException(EtcdError.TLS, endpoint + ": " + TlsFiles.fault(failure.cause()), failure.cause());
        }
        String detail = failure.code() == EtcdError.TIMEOUT ? "no answer" : reason(failure) + hint(endpoint, failure);
        return new EtcdException(EtcdError.UNAVAILABLE, endpoint + ": " + detail, failure.cause());
    }

    /** An endpoint of another cluster than the one this client speaks to. */
    static EtcdException foreign(Endpoint endpoint, long its, long ours) {
        String what = endpoint + " belongs to " + cluster(its) + ", not to " + cluster(ours)
                + " as the others do; take it out of the list of endpoints";
        return new EtcdException(EtcdError.OTHER_CLUSTER, what);
    }

    /** A cluster in words, with its number as etcd prints it. */
    static String cluster(long id) {
        return "cluster " + Long.toHexString(id);
    }

    /** A connection that is cut off before it has begun may only be the wrong protocol; etcd does not say so. */
    private static String hint(Endpoint endpoint, Failure failure) {
        String text = reason(failure).toLowerCase(Locale.ROOT);
        if (endpoint.secure() && text.contains("tls negotiation")) {
            return " (if the port speaks plain text, use http://)";
        } else if (!endpoint.secure() && (text.contains("reset") || text.contains("closed"))) {
            return " (if the port speaks TLS, use https://)";
        }
        return "";
    }

    /** The innermost cause in words, without the names of native functions in it. */
    private static String reason(Failure failure) {
        Throwable root = failure.cause();
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        String text = root == null || root.getMessage() == null ? failure.text() : root.getMessage();
        int at = text.indexOf("failed with error(");
        int colon = at < 0 ? -1 : text.indexOf(": ", at);
        String words = colon < 0 ? text : text.substring(colon + 2);
        return words.lines().findFirst().orElse(words);
    }

    /** No connection to any endpoint in the time given. */
    static EtcdException unreachable(List<Endpoint> tried, Map<Endpoint, EtcdException> failures) {
        String reasons = tried.stream()
                .map(endpoint -> {
                    EtcdException failure = failures.get(endpoint);
                    return failure == null ? endpoint + ": no answer" : String.valueOf(failure.getMessage());
                })
                .collect(Collectors.joining("; "));
        EtcdException last = tried.stream()
                .map(failures::get)
                .filter(f -> f != null)
                .findFirst()
                .orElse(null);
        return new EtcdException(EtcdError.UNAVAILABLE, "no endpoint answers (" + reasons + ")", last);
    }

    /** No answer in time; {@code open} where a change was asked for and may have been made. */
    static EtcdException late(String what, boolean open) {
        EtcdError code = open ? EtcdError.OUTCOME_UNKNOWN : EtcdError.TIMEOUT;
        return new EtcdException(code, what + " failed: no answer in time" + advice(code));
    }

    /** The same failure, with the call that met it. */
    static EtcdException during(String what, EtcdException failure) {
        return new EtcdException(failure.code(), what + " failed: " + failure.getMessage(), failure.getCause());
    }

    /** The client is closed. */
    static EtcdException closed() {
        return new EtcdException(EtcdError.CLOSED, "the client is closed");
    }
}
