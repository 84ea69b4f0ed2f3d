package dev.rollcall.grpc;

import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Picker;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Follows one call to its end, and tells a picker how it went and how long it took. */
final class CallTracer extends ForwardingClientStreamTracer {

    /** What pickers are told: a stack trace for each of them would cost more than the call, and be read by nobody. */
    private static final Map<Status.Code, FailedCall> FAILURES = failures();

    private final Picker picker;
    private final Instance instance;
    private final ClientStreamTracer further;
    private final @Nullable Deadline deadline;
    private final long beganAt = Ticks.nanos();

    /** @param deadline of the call; null for none */
    CallTracer(Picker picker, Instance instance, ClientStreamTracer further, @Nullable Deadline deadline) {
        this.picker = picker;
        this.instance = instance;
        this.further = further;
        this.deadline = deadline;
    }

    /** A call that ended with a status. */
    private static final class FailedCall extends RuntimeException {

        private static final long serialVersionUID = 1;

        FailedCall(Status.Code status) {
            super(status.name(), null, false, false);
        }
    }

    private static Map<Status.Code, FailedCall> failures() {
        Map<Status.Code, FailedCall> failures = new EnumMap<>(Status.Code.class);
        for (Status.Code status : Status.Code.values()) {
            failures.put(status, new FailedCall(status));
        }
        return failures;
    }

    @Override
    protected ClientStreamTracer delegate() {
        return further;
    }

    /** A stream that may be retried is told of its deadline as of any cancel: gRPC throws it away, and tells the caller alone why. */
    private boolean isLate(Status status) {
        return status.getCode() == Status.Code.CANCELLED && deadline != null && deadline.isExpired();
    }

    @Override
    public void streamClosed(Status status) {
        Duration latency = Duration.ofNanos(Ticks.nanos() - beganAt);
        if (WeightedSubchannelPicker.isFault(status) || isLate(status)) {
            picker.failed(
                    instance, latency, Objects.requireNonNull(FAILURES.get(status.getCode()), "one for each status"));
        } else if (status.getCode() != Status.Code.CANCELLED) {
            picker.succeeded(instance, latency);
        }
        super.streamClosed(status);
    }
}
