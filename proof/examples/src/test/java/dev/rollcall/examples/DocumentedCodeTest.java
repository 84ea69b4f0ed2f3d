package dev.rollcall.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a page shows as Java is a part of a source of this module. */
class DocumentedCodeTest {

    private static final Path ROOT =
            Path.of(System.getProperty("rollcall.root", "../..")).toAbsolutePath();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```");

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> !path.toString().contains("/target/"))
                    .toList();
        }
    }

    /** The statements of a piece of Java, without white space and comments. */
    private static List<String> statements(String java) {
        String bare =
                java.replaceAll("//.*", "").replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("\\s+", "");
        return Stream.of(bare.split("(?<=[;{}])"))
                .filter(piece -> !piece.matches("[{};]?"))
                .toList();
    }

    private static boolean contains(String source, List<String> statements) {
        String bare = String.join("", statements(source));
        int from = 0;
        for (String statement : statements) {
            int at = bare.indexOf(statement, from);
            if (at < 0) {
                return false;
            }
            from = at + statement.length();
        }
        return true;
    }

    @Test
    void everyJavaBlockOfThePagesIsCompiledHere() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path source : files(ROOT.resolve("proof/examples/src"), ".java")) {
            sources.add(Files.readString(source));
        }
        int blocks = 0;
        for (Path page : files(ROOT, ".md")) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                blocks++;
                List<String> statements = statements(block.group(1));
                assertThat(sources)
                        .as("a source of proof/examples with this block of %s:\n%s", page, block.group(1))
                        .anyMatch(source -> contains(source, statements));
            }
        }
        assertThat(blocks).isPositive();
    }
}
