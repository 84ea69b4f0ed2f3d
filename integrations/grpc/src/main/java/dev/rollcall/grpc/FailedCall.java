package dev.rollcall.grpc;

import io.grpc.Status;

/**
 * A call that ended by an instance's fault, as pickers are told it. There is one for each status, without a stack trace, which would cost more than the call and
 * be read by nobody; and each is of a class of its own, for it is the name of the class by which a picker says why it leaves an instance out.
 */
// None is ever written; and without a trace none is of another time or place.
@SuppressWarnings({"serial", "StaticAssignmentOfThrowable"})
abstract class FailedCall extends RuntimeException {

    private static final FailedCall UNAVAILABLE = new Unavailable();
    private static final FailedCall DEADLINE_EXCEEDED = new DeadlineExceeded();
    private static final FailedCall INTERNAL = new Internal();
    private static final FailedCall DATA_LOSS = new DataLoss();
    private static final FailedCall UNKNOWN = new Unknown();

    private FailedCall(Status.Code status) {
        super(status.name(), null, false, false);
    }

    /** What stands for a status; a call that is cancelled by somebody's fault was late. */
    static FailedCall with(Status.Code status) {
        return switch (status) {
            case UNAVAILABLE -> UNAVAILABLE;
            case DEADLINE_EXCEEDED, CANCELLED -> DEADLINE_EXCEEDED;
            case INTERNAL -> INTERNAL;
            case DATA_LOSS -> DATA_LOSS;
            default -> UNKNOWN;
        };
    }

    private static final class Unavailable extends FailedCall {
        Unavailable() {
            super(Status.Code.UNAVAILABLE);
        }
    }

    private static final class DeadlineExceeded extends FailedCall {
        DeadlineExceeded() {
            super(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    private static final class Internal extends FailedCall {
        Internal() {
            super(Status.Code.INTERNAL);
        }
    }

    private static final class DataLoss extends FailedCall {
        DataLoss() {
            super(Status.Code.DATA_LOSS);
        }
    }

    private static final class Unknown extends FailedCall {
        Unknown() {
            super(Status.Code.UNKNOWN);
        }
    }
}
