package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Code;

/** Refusals as texts, as grpc-go writes its errors: clients look for them in the reason of a cancelled watch. */
final class GoError {
    private GoError() {}

    static String text(Refusal refusal) {
        return "rpc error: code = " + name(refusal.reason().code()) + " desc = "
                + refusal.reason().text();
    }

    private static String name(Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> "InvalidArgument";
            case OUT_OF_RANGE -> "OutOfRange";
            case NOT_FOUND -> "NotFound";
            case FAILED_PRECONDITION -> "FailedPrecondition";
            case PERMISSION_DENIED -> "PermissionDenied";
            case UNAUTHENTICATED -> "Unauthenticated";
            case UNKNOWN -> "Unknown";
            case RESOURCE_EXHAUSTED -> "ResourceExhausted";
            case UNAVAILABLE -> "Unavailable";
            case DATA_LOSS -> "DataLoss";
        };
    }
}
