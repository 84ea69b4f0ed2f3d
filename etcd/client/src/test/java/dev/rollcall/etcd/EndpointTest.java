package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:2379, http://10.0.0.1:2379",
        "https://etcd.example:443/, https://etcd.example:443",
        "10.0.0.1:4001, http://10.0.0.1:4001",
        "localhost, http://localhost:2379",
        "HTTP://h:1, http://h:1",
        "http://[::1]:2379, http://[::1]:2379",
        "[::1], http://[::1]:2379"
    })
    void anEndpointIsReadFromItsText(String text, String endpoint) {
        assertThat(Endpoint.parse(text)).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h:1",
                "http://h:0",
                "http://h:70000",
                "h:port",
                "http://h:1/path",
                "::1",
                "http://:1",
                "http://a b:1",
                "http://a$b"
            })
    void whatIsNoEndpointIsRefusedWithAWordOnHowToWriteOne(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("http://host:port");
    }

    @ParameterizedTest
    @CsvSource({"http://[::1]:2379, [::1]:2379", "[fe80::1%eth0]:2379, [fe80::1%eth0]:2379", "etcd-1:4001, etcd-1:4001"
    })
    void grpcUnderstandsEveryEndpoint(String text, String authority) {
        ManagedChannel channel = Grpc.newChannelBuilder(
                        Endpoint.parse(text).target(), InsecureChannelCredentials.create())
                .build();
        channel.shutdownNow();
        assertThat(channel.authority()).isEqualTo(authority);
    }

    @Test
    void aPasswordInAnEndpointIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> Endpoint.parse("http://root:canary-right@h:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("credentials")
                .hasMessageNotContaining("canary-");
    }

    @Test
    void listsWithCommasAreTakenApartAndNoEndpointCountsTwice() {
        assertThat(Endpoint.parseAll("http://a:1, b:2", "a:1"))
                .extracting(Endpoint::toString)
                .containsExactly("http://a:1", "http://b:2");
        assertThatThrownBy(() -> Endpoint.parseAll(" , ")).hasMessageContaining("no endpoint given");
    }
}
