package dev.rollcall.grpc;

import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Picker;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Follows one call to its end, and tells a picker how it went and how long it took. */
final class CallTracer extends ForwardingClientStreamTracer {

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
            picker.failed(instance, latency, FailedCall.with(status.getCode()));
        } else if (status.getCode() != Status.Code.CANCELLED) {
            picker.succeeded(instance, latency);
        }
        super.streamClosed(status);
    }
}
