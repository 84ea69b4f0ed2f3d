package dev.rollcall.grpc;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Instance;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses of a snapshot, one group for each instance that wants work and was not taken out of service by hand, in key order.
 *
 * @param known whether the store was ever read, or the disk; where not, nothing follows from the lack of addresses
 * @param reached the instances and their addresses
 * @param provenAt when they were last known to be right, by the clock of {@link Ticks}
 * @param lack why there are none
 */
record Addresses(boolean known, List<Reached> reached, long provenAt, Status lack) {

    /**
     * An instance and the way to it.
     *
     * @param found the instance as it was found, which overlays are about
     * @param group its address
     */
    record Reached(DiscoveredInstance found, EquivalentAddressGroup group) {}

    /** Reads a snapshot. Names of hosts are looked up, which may take as long as the look-up does. */
    static Addresses of(Snapshot snapshot, Overlays overlays, Hosts hosts) {
        List<Reached> reached = new ArrayList<>();
        List<String> unresolved = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int out = 0;
        for (DiscoveredInstance found : snapshot.available()) {
            Instance instance = found.instance();
            if (overlays.over(found).isPresent()) {
                out++;
            } else if (instance.hasEndpoint()) {
                Endpoint endpoint = instance.endpoint();
                names.add(endpoint.host());
                try {
                    InetAddress address = hosts.find(endpoint.host());
                    reached.add(new Reached(found, group(new InetSocketAddress(address, endpoint.port()), instance)));
                } catch (UnknownHostException e) {
                    unresolved.add(endpoint.host());
                }
            }
        }
        hosts.keepOnly(names);
        return new Addresses(
                snapshot.known() || !reached.isEmpty(),
                List.copyOf(reached),
                provenAt(snapshot),
                lack(snapshot, out, unresolved));
    }

    /** When a snapshot was last known to be right, by the clock of {@link Ticks}. */
    static long provenAt(Snapshot snapshot) {
        return Ticks.nanos() - snapshot.age().toNanos();
    }

    /** Those of instances that nobody took out of service by hand. */
    static List<Reached> inService(List<Reached> reached, Overlays overlays) {
        return reached.stream()
                .filter(each -> overlays.over(each.found()).isEmpty())
                .toList();
    }

    /** As a channel is told them. */
    static List<EquivalentAddressGroup> groups(List<Reached> reached) {
        return reached.stream().map(Reached::group).toList();
    }

    List<EquivalentAddressGroup> groups() {
        return groups(reached);
    }

    private static EquivalentAddressGroup group(InetSocketAddress address, Instance instance) {
        Attributes.Builder attributes = Attributes.newBuilder().set(InstanceAttributes.INSTANCE, instance);
        instance.zone().ifPresent(zone -> attributes.set(EquivalentAddressGroup.ATTR_LOCALITY_NAME, zone));
        return new EquivalentAddressGroup(address, attributes.build());
    }

    private static Status lack(Snapshot snapshot, int out, List<String> unresolved) {
        int all = snapshot.instances().size();
        int idle = all - snapshot.available().size();
        String reason = "no instance of " + snapshot.name() + " can be called: " + all + " registered, " + idle
                + " of them want no work" + (out == 0 ? "" : ", " + out + " taken out by hand")
                + (unresolved.isEmpty() ? "" : ", unknown hosts " + unresolved) + " ("
                + snapshot.freshness() + ")";
        return Status.UNAVAILABLE.withDescription(reason);
    }
}
