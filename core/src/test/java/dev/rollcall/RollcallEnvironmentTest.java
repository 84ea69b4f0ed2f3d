package dev.rollcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.keyspace.Keyspace;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollcallEnvironmentTest {

    @Test
    void anEmptyEnvironmentMeansTheLocalStore() {
        try (Rollcall rollcall = new RollcallEnvironment(Map.of()).read().connect()) {
            assertThat(rollcall.keyspace()).isEqualTo(Keyspace.standard());
        }
    }

    @Test
    void everyVariableCountsAndThoseOfEtcdctlWhereOursAreNotSet() {
        Map<String, String> environment = Map.of(
                "ETCDCTL_ENDPOINTS", "10.0.0.1:2379,10.0.0.2:2379",
                "ROLLCALL_USER", "me:canary-right",
                "ROLLCALL_KEYSPACE", "plain:/service",
                "ROLLCALL_PREFIX", "/t",
                "ROLLCALL_LEASE", "10s");
        try (Rollcall rollcall = new RollcallEnvironment(environment).read().connect()) {
            assertThat(rollcall.keyspace()).isEqualTo(Keyspace.plain("/t/service"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLCALL_ENDPOINTS, ftp://x, ROLLCALL_ENDPOINTS: , the scheme is http or https",
        "ETCDCTL_ENDPOINTS, x:y:z, ETCDCTL_ENDPOINTS: , ''",
        "ROLLCALL_USER, root, ROLLCALL_USER has no password, write NAME:PASSWORD",
        "ROLLCALL_KEYSPACE, json, ROLLCALL_KEYSPACE: , write standard",
        "ROLLCALL_PREFIX, a//b, cannot be a directory, //",
        "ROLLCALL_LEASE, soon, ROLLCALL_LEASE: , number of seconds",
        "ROLLCALL_LEASE, 0, ROLLCALL_LEASE: , between 1 s and 1 day",
        "ROLLCALL_CERT, /x.pem, ROLLCALL_CERT and ROLLCALL_KEY, set both",
    })
    void aMalformedVariableIsNamedWithWhatToDo(String name, String value, String one, String two) {
        assertThatThrownBy(() -> new RollcallEnvironment(Map.of(name, value))
                        .read()
                        .connect()
                        .close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(one)
                .hasMessageContaining(two);
    }

    @Test
    void aPasswordIsNeverRepeated() {
        assertThatThrownBy(() -> new RollcallEnvironment(Map.of("ROLLCALL_USER", ":canary-right")).read())
                .message()
                .doesNotContain("canary-");
    }
}
