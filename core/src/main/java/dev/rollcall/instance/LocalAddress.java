package dev.rollcall.instance;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * The address under which this machine is reached by others.
 *
 * <p>The same machine gives the same answer each time: candidates are ranked, never taken in the order of the operating system.
 */
public final class LocalAddress {

    private LocalAddress() {}

    /**
     * What the environment says, else the best address of the machine.
     *
     * <ol>
     *   <li>{@code ROLLCALL_HOST}: a name or an address, taken as it is;
     *   <li>{@code POD_IP}: likewise, as Kubernetes' downward API sets it;
     *   <li>{@code ROLLCALL_INTERFACE}: the best address of the interface of this name;
     *   <li>{@code ROLLCALL_CIDR}: the best address in this network, as in {@code 10.0.0.0/8};
     *   <li>else the best address of all: one that is not loopback before one that is, one that is routed before a link-local one, a real
     *       interface before a bridge of a container engine or a tunnel, IPv4 before IPv6, then the lowest interface index, then the lowest address.
     * </ol>
     *
     * @return a host for {@link Endpoint#of(String, int)}
     * @throws IllegalStateException where what is asked for is not there; the message lists what is
     */
    public static String detect() {
        return new AddressChoice(machine()).detect(System.getenv());
    }

    /** The best address of the interface of this name, as in {@code eth0}. */
    public static String onInterface(String name) {
        return new AddressChoice(machine()).onInterface(name);
    }

    /** The best address of this machine within a network, as in {@code 10.0.0.0/8} or {@code fd00::/8}. */
    public static String within(String cidr) {
        return new AddressChoice(machine()).within(cidr);
    }

    private static List<AddressChoice.Candidate> machine() {
        List<AddressChoice.Candidate> candidates = new ArrayList<>();
        try {
            for (NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
                if (!nic.isUp()) {
                    continue;
                }
                boolean tunnel = nic.isPointToPoint() || nic.isVirtual();
                for (InetAddress address : nic.inetAddresses().toList()) {
                    candidates.add(new AddressChoice.Candidate(nic.getName(), nic.getIndex(), tunnel, address));
                }
            }
        } catch (SocketException e) {
            throw new IllegalStateException(
                    "the network interfaces cannot be read; set ROLLCALL_HOST to the address of this machine", e);
        }
        return candidates;
    }
}
