package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {

    private static final String FACE = "\uD83D\uDE00";

    @Test
    void aLineIsCutBetweenCharactersAndNeverWithinOne() {
        for (int before = 240; before < 256; before++) {
            String line = LogLine.of("{}", "x".repeat(before) + FACE.repeat(20));

            assertThat(line).hasSizeBetween(255, 256).endsWith("...").doesNotContain("\uFFFD");
            assertThat(line.codePoints()).noneMatch(point -> point >= 0xD800 && point < 0xE000);
        }
    }

    @Test
    void whatCannotBeSeenIsShownAsUnknown() {
        String turned = "a\u202Eb\u200Bc\uFEFFd\u00ADe";
        assertThat(LogLine.of("{}", turned)).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe");
        assertThat(LogLine.of("{}", "a\u2028b\u2029c\u0085d")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd");
        assertThat(LogLine.of("{}", "tag" + new String(Character.toChars(0xE0041))))
                .isEqualTo("tag\uFFFD");
    }

    @Test
    void halfACharacterIsShownAsUnknownAndAWholeOneAsItIs() {
        assertThat(LogLine.of("{}", "a\uD83Db")).isEqualTo("a\uFFFDb");
        assertThat(LogLine.of("{}", "\uDE00" + FACE)).isEqualTo("\uFFFD" + FACE);
    }
}
