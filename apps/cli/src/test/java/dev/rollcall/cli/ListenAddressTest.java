package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.cli.terminal.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {

    @Test
    void anHttpAddressIsRead() {
        assertThat(ListenAddress.parse("--x", "http://127.0.0.1:2379", false))
                .isEqualTo(new ListenAddress("127.0.0.1", 2379));
        assertThat(ListenAddress.parse("--x", "http://localhost:0/", false))
                .isEqualTo(new ListenAddress("localhost", 0));
        assertThat(ListenAddress.parse("--x", "http://[::1]:80", false)).isEqualTo(new ListenAddress("::1", 80));
    }

    @Test
    void withACertificateItSpeaksTls() {
        assertThat(ListenAddress.parse("--x", "https://a:1", true)).isEqualTo(new ListenAddress("a", 1));
        assertThatThrownBy(() -> ListenAddress.parse("--x", "http://a:1", true)).hasMessageContaining("https://");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2379",
                "127.0.0.1:2379",
                "http://127.0.0.1",
                "http://:1",
                "ftp://a:1",
                "http://a:70000",
                "http://a:1/x",
                "a b",
                "https://a:1"
            })
    void anythingElseIsRefusedWithTheOptionAndTheForm(String url) {
        assertThatThrownBy(() -> ListenAddress.parse("--listen", url, false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("--listen")
                .hasMessageContaining("http://");
    }

    @Test
    void beyondLoopbackItMustBeMeant() {
        ListenAddress everywhere = new ListenAddress("0.0.0.0", 0);
        assertThatThrownBy(() -> everywhere.check(false)).hasMessageContaining("--insecure");
        assertThatCode(() -> everywhere.check(true)).doesNotThrowAnyException();
        assertThatCode(() -> new ListenAddress("127.0.0.1", 0).check(false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new ListenAddress("no-such-host.invalid", 0).check(true))
                .hasMessageContaining("unknown");
    }
}
