package dev.rollcall.grpc;

import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.pick.InstanceFilter;
import dev.rollcall.pick.Picker;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancerHelper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Spreads the calls of a channel over the instances it is connected to, as a {@link Picker} does.
 *
 * <p>Each instance is one connection, kept by gRPC's own {@code pick_first}; what is connected is what can be picked. An address that bears no instance counts
 * as one of the default weight. Everything belongs to the channel's synchronization context, but for the picking.
 */
final class WeightedLoadBalancer extends LoadBalancer {

    private static final LoadBalancerProvider CONNECTION = Objects.requireNonNull(
            LoadBalancerRegistry.getDefaultRegistry().getProvider("pick_first"), "grpc-core has pick_first");

    private static final String NAME = "channel";
    private static final int TOGETHER_MILLIS = 5;

    private final Helper helper;
    private final Map<InstanceId, Child> children = new LinkedHashMap<>();
    private WeightedConfig config = WeightedConfig.DEFAULTS;
    private @Nullable Picker picker;
    private boolean resolving;
    private boolean awaited;

    /** All instances; another object whenever who is connected changes. What is known of one outlives its connection. */
    private volatile Snapshot known = Snapshot.of(NAME, List.of());

    private volatile Set<InstanceId> connected = Set.of();

    WeightedLoadBalancer(Helper helper) {
        this.helper = helper;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        if (resolved.getAddresses().isEmpty()) {
            leave();
            return Status.OK;
        }
        resolving = true;
        Map<InstanceId, Child> gone = new HashMap<>(children);
        for (EquivalentAddressGroup group : resolved.getAddresses()) {
            Instance instance = instance(group);
            gone.remove(instance.identity());
            children.computeIfAbsent(instance.identity(), absent -> new Child())
                    .accept(instance, group, resolved.getAttributes());
        }
        gone.forEach((identity, child) -> {
            children.remove(identity);
            child.shutdown();
        });
        resolving = false;
        follow(
                resolved.getLoadBalancingPolicyConfig() instanceof WeightedConfig wanted
                        ? wanted
                        : WeightedConfig.DEFAULTS);
        update();
        return Status.OK;
    }

    /** Nobody wants to be called any more, whoever is still connected. */
    private void leave() {
        shutdown();
        connected = Set.of();
        Status none =
                Status.UNAVAILABLE.withDescription("no instance of " + helper.getAuthority() + " wants to be called");
        helper.updateBalancingState(
                ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(none)));
    }

    private void follow(WeightedConfig wanted) {
        if (!wanted.equals(config)) {
            config = wanted;
            picker = null;
        }
    }

    /** Made when there are instances: those that it begins with have their full share at once. */
    private Picker picker() {
        Picker made = picker;
        if (made == null) {
            made = config.strategy()
                    .where(InstanceFilter.of("connected", instance -> connected.contains(instance.identity())))
                    .over(() -> known);
            picker = made;
        }
        return made;
    }

    /** An address that bears no instance gets one, whose endpoint nobody calls. */
    private static Instance instance(EquivalentAddressGroup group) {
        Instance known = group.getAttributes().get(InstanceAttributes.INSTANCE);
        if (known != null) {
            return known;
        }
        String id = group.getAddresses().toString().replaceAll("[^A-Za-z0-9.]", "_");
        return Instance.of(NAME, id.substring(0, Math.min(id.length(), 200)), "127.0.0.1:1");
    }

    @Override
    public void handleNameResolutionError(Status error) {
        if (connected.isEmpty()) {
            helper.updateBalancingState(
                    ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(error)));
        }
    }

    /** With so many instances that they connect one right after the other, each would cost as much as all of them. */
    private void updateSoon() {
        if (!awaited) {
            awaited = true;
            helper.getSynchronizationContext()
                    .schedule(
                            this::updateAtLast,
                            TOGETHER_MILLIS,
                            TimeUnit.MILLISECONDS,
                            helper.getScheduledExecutorService());
        }
    }

    private void updateAtLast() {
        awaited = false;
        if (!children.isEmpty()) {
            update();
        }
    }

    /** What is connected is what can be picked. */
    private void update() {
        if (resolving) {
            return;
        }
        List<Instance> ready = new ArrayList<>();
        Map<InstanceId, SubchannelPicker> connections = new HashMap<>();
        boolean coming = false;
        SubchannelPicker failed = null;
        for (Child child : children.values()) {
            switch (child.state) {
                case READY -> {
                    ready.add(child.instance());
                    connections.put(child.instance().identity(), child.connection);
                }
                case TRANSIENT_FAILURE -> failed = child.connection;
                default -> coming = true;
            }
        }
        connected = Set.copyOf(connections.keySet());
        known = Snapshot.of(
                NAME, children.values().stream().map(Child::instance).toList());
        if (!ready.isEmpty()) {
            helper.updateBalancingState(
                    ConnectivityState.READY, new WeightedSubchannelPicker(picker(), ready, connections));
        } else if (coming || failed == null) {
            helper.updateBalancingState(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE, failed);
        }
    }

    @Override
    public void requestConnection() {
        children.values().forEach(child -> child.balancer.requestConnection());
    }

    @Override
    public void shutdown() {
        children.values().forEach(Child::shutdown);
        children.clear();
    }

    /** One instance and the connection to it. */
    private final class Child {

        private final LoadBalancer balancer;
        private @Nullable Instance instance;
        private ConnectivityState state = ConnectivityState.CONNECTING;
        private SubchannelPicker connection = new FixedResultPicker(PickResult.withNoResult());
        private boolean gone;

        Child() {
            balancer = CONNECTION.newLoadBalancer(new Heard(this));
        }

        Instance instance() {
            return Objects.requireNonNull(instance, "set as soon as made");
        }

        void accept(Instance current, EquivalentAddressGroup group, Attributes attributes) {
            instance = current;
            balancer.acceptResolvedAddresses(ResolvedAddresses.newBuilder()
                    .setAddresses(List.of(group))
                    .setAttributes(attributes)
                    .build());
        }

        void heard(ConnectivityState next, SubchannelPicker picks) {
            if (gone) {
                return;
            }
            boolean stillFailing = state == ConnectivityState.TRANSIENT_FAILURE && next != ConnectivityState.READY;
            if (!stillFailing || next == ConnectivityState.TRANSIENT_FAILURE) {
                // Between two attempts nothing is better than before: a call is told the error, not made to wait.
                boolean stillConnecting = state == ConnectivityState.CONNECTING && next == state;
                state = next;
                connection = picks;
                if (stillConnecting || (next == ConnectivityState.READY && !connected.isEmpty())) {
                    updateSoon();
                } else {
                    update();
                }
            }
            if (next == ConnectivityState.IDLE) {
                balancer.requestConnection();
            }
        }

        void shutdown() {
            gone = true;
            balancer.shutdown();
        }
    }

    /** What a connection is given of the channel, and where it tells how it stands. */
    private final class Heard extends ForwardingLoadBalancerHelper {

        private final Child child;

        Heard(Child child) {
            this.child = child;
        }

        @Override
        protected Helper delegate() {
            return helper;
        }

        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker picks) {
            child.heard(state, picks);
        }
    }
}
