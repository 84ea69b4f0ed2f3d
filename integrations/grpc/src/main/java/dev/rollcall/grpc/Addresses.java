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
 * @param groups the addresses
 * @param lack why there are none
 */
record Addresses(boolean known, List<EquivalentAddressGroup> groups, Status lack) {

    /** Reads a snapshot. Names of hosts are looked up, which may take as long as the look-up does. */
    static Addresses of(Snapshot snapshot, Overlays overlays, Hosts hosts) {
        List<EquivalentAddressGroup> groups = new ArrayList<>();
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
                    groups.add(group(new InetSocketAddress(address, endpoint.port()), instance));
                } catch (UnknownHostException e) {
                    unresolved.add(endpoint.host());
                }
            }
        }
        hosts.keepOnly(names);
        return new Addresses(
                snapshot.known() || !groups.isEmpty(), List.copyOf(groups), lack(snapshot, out, unresolved));
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
