package dev.rollcall.etcd;

import io.grpc.Status;

/**
 * Why the store cancelled a watch, read from the text it gives; the stream has no code for it.
 *
 * <p>The texts are those of etcd 3.4 and 3.5, {@code rpc error: code = PermissionDenied desc = etcdserver: permission denied} and so on.
 */
enum CancelReason {
    /** The revision asked for was compacted. */
    COMPACTED,
    /** The user may not read the range. */
    FORBIDDEN,
    /** The stream's token is expired, older than the rules, or missing. */
    TOKEN,
    /** The range has no key. */
    EMPTY_RANGE,
    /** Anything else, also nothing at all. */
    OTHER;

    /** The reason of a cancelled watch. */
    static CancelReason of(WatchMessage message) {
        if (message.compactRevision() != 0) {
            return COMPACTED;
        }
        return switch (Errors.classify(Status.UNKNOWN.withDescription(message.reason()))
                .code()) {
            case COMPACTED -> COMPACTED;
            case PERMISSION_DENIED -> FORBIDDEN;
            case UNAUTHENTICATED -> TOKEN;
            case INVALID_ARGUMENT -> EMPTY_RANGE;
            default -> OTHER;
        };
    }

    /** Whether it belongs to a store's everyday life, and the watch goes on from it in a known way. */
    boolean isRoutine() {
        return this == COMPACTED || this == TOKEN;
    }

    /** The failure as the user sees it. */
    EtcdException failure(String text) {
        String said = text.isEmpty() ? "without a reason" : "with \"" + text + "\"";
        return new EtcdException(code(), "the store cancelled the watch " + said + advice());
    }

    private EtcdError code() {
        return switch (this) {
            case COMPACTED -> EtcdError.COMPACTED;
            case FORBIDDEN -> EtcdError.PERMISSION_DENIED;
            case TOKEN -> EtcdError.UNAUTHENTICATED;
            case EMPTY_RANGE -> EtcdError.INVALID_ARGUMENT;
            case OTHER -> EtcdError.INTERNAL;
        };
    }

    private String advice() {
        return switch (this) {
            case FORBIDDEN -> "; grant the user's role read permission on the whole range; asked again slowly";
            case TOKEN -> "; check the user and the password given to the client; asked again with a new token";
            case EMPTY_RANGE -> "; the end of a range lies after its first key";
            default -> "; asked again";
        };
    }
}
