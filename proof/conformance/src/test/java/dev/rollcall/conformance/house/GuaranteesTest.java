package dev.rollcall.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/guarantees.md and docs/testing.md say is shown by a test, is. */
class GuaranteesTest {

    private static final List<String> PAGES = List.of("docs/guarantees.md", "docs/testing.md");
    private static final String SHOWN_BY = "shown by";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w*Test");
    private static final Pattern TEST_METHOD = Pattern.compile("[a-z]\\w{11,}");
    private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");

    private final Repository repository = Repository.open();

    @Test
    void everyGuaranteeNamesATestOrACommandThatExists() {
        Set<String> tests = tests();
        List<String> wrong = new ArrayList<>();
        for (String page : PAGES) {
            for (List<String> row : rows(repository.text(page))) {
                List<String> named = codes(row.get(row.size() - 1));
                if (named.isEmpty()) {
                    wrong.add(page + ": no test: " + row.get(0));
                }
                named.stream()
                        .filter(name -> looksLikeATest(name) && !tests.contains(name))
                        .forEach(name -> wrong.add(page + ": no such test: " + name));
                named.stream()
                        .filter(name -> name.startsWith("tools/"))
                        .map(name -> name.split(" ", 2)[0])
                        .filter(name -> !repository.exists(name))
                        .forEach(name -> wrong.add(page + ": no such command: " + name));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aTestThatDoesNotExistWouldBeNoticed() {
        String page = "| what | shown by |\n|---|---|\n| a promise | `aPromiseThatNobodyKeeps` |\n";
        assertThat(rows(page)).hasSize(1);
        assertThat(looksLikeATest("aPromiseThatNobodyKeeps")).isTrue();
        assertThat(tests())
                .contains("aTestThatDoesNotExistWouldBeNoticed", "GuaranteesTest")
                .doesNotContain("aPromiseThatNobodyKeeps");
    }

    private static boolean looksLikeATest(String name) {
        return TEST_CLASS.matcher(name).matches() || TEST_METHOD.matcher(name).matches();
    }

    /** The rows of all tables whose last column says by what a row is shown. */
    private static List<List<String>> rows(String page) {
        List<List<String>> rows = new ArrayList<>();
        boolean inTable = false;
        for (String line : page.lines().toList()) {
            if (!line.startsWith("|")) {
                inTable = false;
                continue;
            }
            List<String> cells = List.of(line.substring(1).split("\\|")).stream()
                    .map(String::strip)
                    .filter(cell -> !cell.isEmpty())
                    .toList();
            if (inTable && !line.startsWith("|---")) {
                rows.add(cells);
            }
            inTable |= cells.get(cells.size() - 1).equals(SHOWN_BY);
        }
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(result -> result.group(1)).toList();
    }

    private Set<String> tests() {
        List<String> sources = repository.files(".java").stream()
                .filter(path -> path.contains("src/test/java/"))
                .toList();
        Set<String> names = sources.stream()
                .flatMap(path -> METHOD.matcher(repository.text(path)).results().map(GuaranteesTest::first))
                .collect(Collectors.toSet());
        sources.forEach(path -> names.add(path.replaceAll(".*/", "").replace(".java", "")));
        return names;
    }

    private static String first(MatchResult result) {
        return result.group(1);
    }
}
