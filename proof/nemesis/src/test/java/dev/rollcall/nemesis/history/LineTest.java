package dev.rollcall.nemesis.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTest {

    @Test
    void whatIsWrittenIsRead() {
        Line line = Line.of(42, "c1-1", "up", "key", "a \"b\" \\ \u0000 \u00e9", "mod", 7);
        assertThat(Line.parse(line.json())).isEqualTo(line);
        assertThat(line.number("mod")).isEqualTo(7);
        assertThat(line.text("none")).isEmpty();
    }

    @Test
    void aLineThatIsCutShortIsRefused() {
        String json = Line.of(42, "c1-1", "up", "key", "a").json();
        for (int i = 0; i < json.length(); i++) {
            String cut = json.substring(0, i);
            assertThatThrownBy(() -> Line.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theLastLineOfAKilledProcessMayBeCutShort(@TempDir Path directory) throws Exception {
        try (Journal journal = Journal.open(directory, "a", "a")) {
            journal.note("one");
            journal.note("two");
        }
        Files.writeString(directory.resolve("a.jsonl"), "{\"at\":5,\"wh", StandardOpenOption.APPEND);
        assertThat(Journal.readAll(directory)).extracting(Line::what).containsExactly("one", "two");
    }
}
