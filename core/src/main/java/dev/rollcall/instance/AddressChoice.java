package dev.rollcall.instance;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Chooses among the addresses of a machine that is given as data. */
final class AddressChoice {

    /**
     * An address of an interface that is up.
     *
     * @param name the name of the interface
     * @param index its number in the operating system
     * @param tunnel whether it is a tunnel or a virtual child of another
     * @param address the address
     */
    record Candidate(String name, int index, boolean tunnel, InetAddress address) {}

    private static final Pattern CONTAINER_BRIDGE =
            Pattern.compile("(docker|br-|veth|virbr|cni|flannel|podman|lxc|lxd).*");

    private static final Comparator<Candidate> BEST = Comparator.comparing(
                    (Candidate c) -> c.address.isLoopbackAddress())
            .thenComparing(c -> c.address.isLinkLocalAddress())
            .thenComparing(c -> CONTAINER_BRIDGE.matcher(c.name).matches())
            .thenComparing(Candidate::tunnel)
            .thenComparing(c -> c.address instanceof Inet6Address)
            .thenComparing(Candidate::index)
            .thenComparing(c -> c.address.getAddress(), Arrays::compareUnsigned);

    private final List<Candidate> candidates;

    AddressChoice(List<Candidate> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    String detect(Map<String, String> environment) {
        String host = first(environment, "ROLLCALL_HOST", "POD_IP");
        if (host != null) {
            return host;
        }
        String name = first(environment, "ROLLCALL_INTERFACE");
        if (name != null) {
            return onInterface(name);
        }
        String cidr = first(environment, "ROLLCALL_CIDR");
        return cidr != null ? within(cidr) : best("at all", candidate -> true);
    }

    String onInterface(String name) {
        return best("on the interface " + Checks.quoted(name), candidate -> candidate.name.equals(name));
    }

    String within(String cidr) {
        Cidr network = Cidr.parse(cidr);
        return best("within " + cidr, candidate -> network.contains(candidate.address));
    }

    private String best(String where, Predicate<Candidate> wanted) {
        return candidates.stream()
                .filter(wanted)
                .filter(candidate -> !candidate.address.isAnyLocalAddress() && !candidate.address.isMulticastAddress())
                .min(BEST)
                .map(candidate -> text(candidate.address))
                .orElseThrow(() -> new IllegalStateException("this machine has no address " + where + ", only "
                        + listed() + "; set ROLLCALL_HOST to the one that others reach"));
    }

    private List<String> listed() {
        return candidates.stream()
                .map(candidate -> candidate.name + "=" + text(candidate.address))
                .sorted()
                .limit(20)
                .toList();
    }

    /** Without the zone of a scoped IPv6 address, which means nothing to other machines. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static @Nullable String first(Map<String, String> environment, String... names) {
        return Arrays.stream(names)
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .map(String::strip)
                .findFirst()
                .orElse(null);
    }
}
