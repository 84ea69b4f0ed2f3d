package dev.rollcall.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafeTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"user-1", "Zürich", "日本", "{\"Addr\":\"10.0.0.7:8080\"}", "a b", "😀", "c:\\temp"})
    void whatIsPlainIsShownAsItIs(String text) {
        assertThat(SafeText.cell(text)).isEqualTo(text);
    }

    @Test
    void whatWouldSteerATerminalIsSpelledOut() {
        assertThat(SafeText.cell("a\u001b[31mred\u0007")).isEqualTo("a\\x1b[31mred\\x07");
        assertThat(SafeText.cell("one\r\ntwo\tthree")).isEqualTo("one\\r\\ntwo\\tthree");
        assertThat(SafeText.cell("\u009b2J\u007f\u0000")).isEqualTo("\\x9b2J\\x7f\\x00");
    }

    @Test
    void whatWouldDeceiveTheEyeIsSpelledOut() {
        assertThat(SafeText.cell("a\u202eb\u200bc\u2028d")).isEqualTo("a\\u202eb\\u200bc\\u2028d");
        assertThat(SafeText.cell("half \ud83d")).isEqualTo("half \\ud83d");
        assertThat(SafeText.cell(new String(Character.toChars(0xE0041)))).isEqualTo("\\u{e0041}");
    }

    @ParameterizedTest
    @CsvSource({"256, 256", "257, 275", "1000000, 279"})
    void aLongTextIsCut(int length, int shown) {
        String cell = SafeText.cell("x".repeat(length));
        assertThat(cell).hasSize(shown);
        assertThat(cell.endsWith("...(" + length + " characters)")).isEqualTo(length > 256);
    }

    @Test
    void noCharacterOfTheFirstPlaneComesThroughThatIsNotPlain() {
        for (int c = 0; c < 0x10000; c++) {
            SafeText.line("<" + (char) c + ">")
                    .codePoints()
                    .forEach(shown -> assertThat(SafeText.isPlain(shown))
                            .as("U+%04X", shown)
                            .isTrue());
        }
    }
}
