package dev.rollcall.grpc;

import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.pick.Picker;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Picks a connection for a call, and tells the picker what became of it. */
final class WeightedSubchannelPicker extends SubchannelPicker {

    /** What is the instance's fault, or its network's. */
    private static final Set<Status.Code> FAULTS = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.INTERNAL,
            Status.Code.UNKNOWN,
            Status.Code.DATA_LOSS);

    private final Picker picker;
    private final List<Instance> ready;
    private final Map<InstanceId, SubchannelPicker> connections;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param ready what is connected, at least one; each has its connection */
    WeightedSubchannelPicker(Picker picker, List<Instance> ready, Map<InstanceId, SubchannelPicker> connections) {
        this.picker = picker;
        this.ready = List.copyOf(ready);
        this.connections = Map.copyOf(connections);
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs call) {
        Instance target = picker.tryPick().orElseGet(this::any);
        SubchannelPicker connection = connections.get(target.identity());
        if (connection == null) {
            target = any();
            connection = Objects.requireNonNull(connections.get(target.identity()), "ready and connected are the same");
        }
        PickResult picked = connection.pickSubchannel(call);
        Subchannel subchannel = picked.getSubchannel();
        if (subchannel == null) {
            return picked;
        }
        return PickResult.withSubchannel(subchannel, new Told(target, picked.getStreamTracerFactory()));
    }

    /** The earlier of the call's own and the one it is made under. */
    private static @Nullable Deadline deadline(@Nullable Deadline own) {
        Deadline around = Context.current().getDeadline();
        return own == null || (around != null && around.isBefore(own)) ? around : own;
    }

    /** For the moments in which the picker has not heard yet who is connected; a call that is told to wait then might wait for ever. */
    private Instance any() {
        return ready.get(Math.floorMod(turn.getAndIncrement(), ready.size()));
    }

    /** Tells the picker of each stream that is made of a pick; a pick alone says nothing, for gRPC may pick again. */
    private final class Told extends ClientStreamTracer.Factory {

        private final Instance instance;
        private final ClientStreamTracer.@Nullable Factory further;

        Told(Instance instance, ClientStreamTracer.@Nullable Factory further) {
            this.instance = instance;
            this.further = further;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            ClientStreamTracer theirs =
                    further == null ? new ClientStreamTracer() {} : further.newClientStreamTracer(info, headers);
            return new CallTracer(
                    picker, instance, theirs, deadline(info.getCallOptions().getDeadline()));
        }
    }

    static boolean isFault(Status status) {
        return FAULTS.contains(status.getCode());
    }
}
