package dev.rollcall.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressChoiceTest {

    private static final AddressChoice.Candidate LOOPBACK = candidate("lo", 1, "127.0.0.1");
    private static final AddressChoice.Candidate DOCKER = candidate("docker0", 2, "172.17.0.1");
    private static final AddressChoice.Candidate ETH0 = candidate("eth0", 3, "10.0.0.7");
    private static final AddressChoice.Candidate ETH0_SIX = candidate("eth0", 3, "2001:db8::7");
    private static final AddressChoice.Candidate LINK_LOCAL = candidate("eth0", 3, "fe80::1");
    private static final AddressChoice.Candidate ETH1 = candidate("eth1", 4, "192.168.1.5");
    private static final AddressChoice.Candidate TUNNEL = new AddressChoice.Candidate("tun0", 0, true, ETH1.address());

    @Test
    void theEnvironmentWins() {
        AddressChoice machine = new AddressChoice(List.of(ETH0));

        assertThat(machine.detect(Map.of("ROLLCALL_HOST", "node-7.local", "POD_IP", "10.1.1.1")))
                .isEqualTo("node-7.local");
        assertThat(machine.detect(Map.of("ROLLCALL_HOST", " ", "POD_IP", "10.1.1.1")))
                .isEqualTo("10.1.1.1");
        assertThat(machine.detect(Map.of())).isEqualTo("10.0.0.7");
    }

    @Test
    void anInterfaceOrANetworkOfTheEnvironmentNarrowsTheChoice() {
        AddressChoice machine = new AddressChoice(List.of(ETH0, ETH1, ETH0_SIX));

        assertThat(machine.detect(Map.of("ROLLCALL_INTERFACE", "eth1"))).isEqualTo("192.168.1.5");
        assertThat(machine.detect(Map.of("ROLLCALL_CIDR", "192.168.0.0/16"))).isEqualTo("192.168.1.5");
        assertThat(machine.within("2001:db8::/32")).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(machine.within("10.0.0.7/32")).isEqualTo("10.0.0.7");
        assertThat(machine.within("0.0.0.0/0")).isEqualTo("10.0.0.7");
    }

    @Test
    void loopbackIsTheLastResort() {
        assertThat(detect(LOOPBACK, LINK_LOCAL)).startsWith("fe80:").doesNotContain("%");
        assertThat(detect(LOOPBACK)).isEqualTo("127.0.0.1");
    }

    @Test
    void routedBeforeLinkLocalRealBeforeBridgeOrTunnelFourBeforeSixThenTheLowestIndex() {
        assertThat(detect(LINK_LOCAL, DOCKER)).isEqualTo("172.17.0.1");
        assertThat(detect(DOCKER, ETH0_SIX)).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(detect(TUNNEL, ETH0_SIX)).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(detect(ETH0_SIX, ETH1)).isEqualTo("192.168.1.5");
        assertThat(detect(ETH1, ETH0)).isEqualTo("10.0.0.7");
    }

    @Test
    void theOrderOfTheInterfacesDoesNotMatter() {
        List<AddressChoice.Candidate> all = new ArrayList<>(
                List.of(LOOPBACK, DOCKER, ETH0, candidate("eth0", 3, "10.0.0.6"), ETH1, TUNNEL, LINK_LOCAL));
        Random order = new Random(7);
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(all, order);
            assertThat(new AddressChoice(all).detect(Map.of())).isEqualTo("10.0.0.6");
        }
    }

    @Test
    void whatIsNotThereIsSaidWithWhatIs() {
        assertThatThrownBy(() -> new AddressChoice(List.of(ETH0, LOOPBACK)).onInterface("wlan0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no address on the interface 'wlan0'")
                .hasMessageContaining("[eth0=10.0.0.7, lo=127.0.0.1]")
                .hasMessageContaining("set ROLLCALL_HOST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/33",
                "example.org/8",
                "10.0.0/8",
                "fd00::/129",
                "10.0.0.0/-1",
                "/8",
                "999.0.0.1/8"
            })
    void aMalformedNetworkIsRefusedWithAnExample(String cidr) {
        assertThatThrownBy(() -> new AddressChoice(List.of(ETH0)).within(cidr))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write it as in 10.0.0.0/8");
    }

    @Test
    void thisMachineHasAnAddress() {
        assertThat(Endpoint.of(LocalAddress.detect(), 80).port()).isEqualTo(80);
    }

    private static String detect(AddressChoice.Candidate... candidates) {
        return new AddressChoice(List.of(candidates)).detect(Map.of());
    }

    private static AddressChoice.Candidate candidate(String name, int index, String address) {
        try {
            return new AddressChoice.Candidate(name, index, false, InetAddress.getAllByName(address)[0]);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
