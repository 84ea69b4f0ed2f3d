package dev.rollcall.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonTest {

    @Test
    void fieldsStandInTheOrderTheyWereAdded() {
        Json json = Json.object()
                .text("b", "x")
                .number("a", Long.MAX_VALUE)
                .flag("c", true)
                .seconds("d", Duration.ofMillis(1500))
                .texts("e", List.of("1", "2"))
                .texts("f", Map.of("k", "v"))
                .object("g", Json.object());
        assertThat(json)
                .hasToString(
                        "{\"b\":\"x\",\"a\":9223372036854775807,\"c\":true,\"d\":1.500,\"e\":[\"1\",\"2\"],\"f\":{\"k\":\"v\"},\"g\":{}}");
    }

    @Test
    void anAbsentTextIsLeftOut() {
        assertThat(Json.object().text("a", Optional.empty()).text("b", Optional.of("x")))
                .hasToString("{\"b\":\"x\"}");
    }

    @Test
    void textIsEscapedExactlyAndSafelyForATerminal() {
        assertThat(Json.object().text("t", "\"\\\n\u001b[0m\u202e\u009b ü 😀 \ud83d"))
                .hasToString("{\"t\":\"\\\"\\\\\\n\\u001b[0m\\u202e\\u009b ü 😀 \\ud83d\"}");
    }
}
