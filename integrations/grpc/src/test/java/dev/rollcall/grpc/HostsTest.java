package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import io.grpc.EquivalentAddressGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostsTest {

    private final Map<String, InetAddress> names = new HashMap<>();
    private final Hosts hosts = new Hosts(host -> {
        InetAddress found = names.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found;
    });

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void aNameThatCannotBeLookedUpKeepsItsAddress() throws UnknownHostException {
        names.put("a.example", address(1));
        assertThat(hosts.find("a.example")).isEqualTo(address(1));
        names.clear();
        assertThat(hosts.find("a.example")).isEqualTo(address(1));
        assertThatThrownBy(() -> hosts.find("b.example")).isInstanceOf(UnknownHostException.class);
        names.put("a.example", address(2));
        assertThat(hosts.find("a.example")).as("another one counts").isEqualTo(address(2));

        names.clear();
        hosts.keepOnly(Set.of("b.example"));
        assertThatThrownBy(() -> hosts.find("a.example")).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aNameServerThatIsAwayTakesNobodyOutOfService() throws UnknownHostException {
        Snapshot snapshot = Snapshot.of(
                "user", List.of(Instance.of("user", "a", "a.example:80"), Instance.of("user", "b", "b.example:80")));
        names.put("a.example", address(1));
        assertThat(Addresses.of(snapshot, Overlays.none(), hosts).groups()).hasSize(1);
        names.put("b.example", address(2));
        List<EquivalentAddressGroup> both =
                Addresses.of(snapshot, Overlays.none(), hosts).groups();
        names.clear();
        assertThat(Addresses.of(snapshot, Overlays.none(), hosts).groups()).isEqualTo(both);
        assertThat(both)
                .flatExtracting(EquivalentAddressGroup::getAddresses)
                .containsExactly(new InetSocketAddress(address(1), 80), new InetSocketAddress(address(2), 80));

        Snapshot without = Snapshot.of("user", List.of(Instance.of("user", "a", "a.example:80")));
        Addresses.of(without, Overlays.none(), hosts);
        assertThat(Addresses.of(snapshot, Overlays.none(), hosts).groups())
                .as("forgotten with its instance")
                .hasSize(1);
    }
}
