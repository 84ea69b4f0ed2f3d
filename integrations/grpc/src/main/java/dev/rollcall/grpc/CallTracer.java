package dev.rollcall.grpc;

import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Picker;
import io.grpc.ClientStreamTracer;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import java.time.Duration;

/** Follows one call to its end, and tells a picker how it went and how long it took. */
final class CallTracer extends ForwardingClientStreamTracer {

    private final Picker picker;
    private final Instance instance;
    private final ClientStreamTracer further;
    private final long beganAt = Ticks.nanos();

    CallTracer(Picker picker, Instance instance, ClientStreamTracer further) {
        this.picker = picker;
        this.instance = instance;
        this.further = further;
    }

    @Override
    protected ClientStreamTracer delegate() {
        return further;
    }

    @Override
    public void streamClosed(Status status) {
        Duration latency = Duration.ofNanos(Ticks.nanos() - beganAt);
        if (WeightedSubchannelPicker.isFault(status)) {
            picker.failed(instance, latency, status.asRuntimeException());
        } else if (status.getCode() != Status.Code.CANCELLED) {
            picker.succeeded(instance, latency);
        }
        super.streamClosed(status);
    }
}
