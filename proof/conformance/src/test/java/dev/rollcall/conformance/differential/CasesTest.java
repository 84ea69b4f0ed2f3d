package dev.rollcall.conformance.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/etcd-compatibility.md says of the differential suite is so. */
class CasesTest {

    private static final String TABLE = "| case | etcd 3.5.16 | embedded | why |";

    private final List<Case> cases = Case.all();
    private final List<String> page = page();

    @Test
    void thereAreSoManyCasesAsThePageSays() {
        assertThat(cases).hasSizeGreaterThanOrEqualTo(250);
        assertThat(page).anyMatch(line -> line.contains(cases.size() + " cases"));
        for (String group : Case.GROUPS) {
            assertThat(page)
                    .as(group)
                    .anyMatch(line -> line.startsWith(
                            "| `" + group + "` | " + Case.of(group).size() + " |"));
        }
    }

    @Test
    void noTwoCasesHaveOneName() {
        assertThat(cases).extracting(Case::id).doesNotHaveDuplicates();
    }

    @Test
    void thePageListsTheKnownDifferences() {
        List<String> rows = page.stream()
                .dropWhile(line -> !line.equals(TABLE))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        KnownDifference.ALL.stream().map(KnownDifference::row).toList());
    }

    @Test
    void everyKnownDifferenceIsOfACase() {
        assertThat(cases)
                .extracting(Case::id)
                .containsAll(
                        KnownDifference.ALL.stream().map(KnownDifference::id).toList());
    }

    private static List<String> page() {
        Path root = Path.of(System.getProperty("rollcall.root", "../.."));
        try {
            return Files.readAllLines(root.resolve("docs/etcd-compatibility.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
