package dev.rollcall.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7:8080, 10.0.0.7, 8080",
        "db.local:5432, db.local, 5432",
        "[::1]:80, ::1, 80",
        "[fe80::1%eth0]:65535, fe80::1%eth0, 65535",
        "höst:1, höst, 1"
    })
    void readsWhatItWrites(String text, String host, int port) {
        assertThat(Endpoint.of(text)).isEqualTo(new Endpoint(host, port)).hasToString(text);
    }

    @Test
    void anIpv6HostMayStandInBrackets() {
        assertThat(Endpoint.of("[::1]", 80)).isEqualTo(Endpoint.of("::1", 80));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, has no port; write host:port",
        ":8080, the host of an endpoint is empty",
        "10.0.0.7:, is not a number from 1 to 65535",
        "10.0.0.7:http, is not a number from 1 to 65535",
        "10.0.0.7:70000, not between 1 and 65535",
        "::1:80, write an IPv6 address in brackets",
        "[x:y]:80, is no IPv6 address",
        "http://10.0.0.7:80, more than one ':'",
        "me@host:80, without scheme",
        "a b:80, has a ' '",
    })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> Endpoint.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void portZeroIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> Endpoint.of("10.0.0.7", 0))
                .hasMessageContaining("bind first and give the port that the socket got");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u007fb"})
    void controlCharactersAreRefusedAndNotEchoed(String host) {
        assertThatThrownBy(() -> Endpoint.of(host, 80))
                .hasMessageContaining("control character")
                .message()
                .doesNotContain(host);
    }
}
