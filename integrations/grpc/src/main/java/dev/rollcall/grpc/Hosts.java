package dev.rollcall.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The addresses of hosts by name. A name that cannot be looked up now keeps the address it had, as a store that is away keeps its instances: the trouble of
 * a name server takes nobody out of service. For one thread at a time.
 */
final class Hosts {

    private final Lookup lookup;
    private final Map<String, InetAddress> last = new HashMap<>();

    /** The way to a name server. */
    @FunctionalInterface
    interface Lookup {
        InetAddress find(String host) throws UnknownHostException;
    }

    Hosts(Lookup lookup) {
        this.lookup = lookup;
    }

    /** Those of the system. */
    static Hosts ofTheSystem() {
        return new Hosts(InetAddress::getByName);
    }

    /**
     * The address of a host; may take as long as the look-up does.
     *
     * @throws UnknownHostException where it has none, and had none before
     */
    InetAddress find(String host) throws UnknownHostException {
        try {
            InetAddress found = lookup.find(host);
            last.put(host, found);
            return found;
        } catch (UnknownHostException e) {
            InetAddress known = last.get(host);
            if (known == null) {
                throw e;
            }
            return known;
        }
    }

    /** Forgets all others. */
    void keepOnly(Set<String> hosts) {
        last.keySet().retainAll(new HashSet<>(hosts));
    }
}
