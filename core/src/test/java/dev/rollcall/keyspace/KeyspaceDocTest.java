package dev.rollcall.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the examples of {@code docs/keyspace.md}. */
class KeyspaceDocTest {

    private static final Pattern BLOCK = Pattern.compile("```\n(keyspace .*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> everyExampleOfTheSpecificationHolds() throws IOException {
        return BLOCK.matcher(page()).results().map(block -> {
            Map<String, String> example = fields(block.group(1));
            return DynamicTest.dynamicTest(example.get("key") + " = " + example.get("value"), () -> holds(example));
        });
    }

    @Test
    void thePageHasItsExamples() throws IOException {
        assertThat(BLOCK.matcher(page()).results().count()).isEqualTo(19);
    }

    private static void holds(Map<String, String> example) {
        Keyspace keyspace = Keyspace.parse(field(example, "keyspace")).withPrefix(example.getOrDefault("prefix", ""));
        Bytes key = Bytes.utf8(field(example, "key"));
        Bytes value = Bytes.utf8(field(example, "value"));
        Decoded decoded = keyspace.decode(key, value);
        String reason = example.get("quarantined");
        if (reason != null) {
            assertThat(decoded)
                    .isInstanceOfSatisfying(
                            Decoded.Quarantined.class,
                            q -> assertThat(q.reason()).isEqualTo(reason));
            return;
        }
        boolean written = example.containsKey("written");
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Readable.class, readable -> {
            Instance instance = readable.instance();
            assertThat(instance).hasToString(field(example, written ? "written" : "read"));
            if (written) {
                assertThat(keyspace.key(instance.identity())).isEqualTo(key);
                assertThat(keyspace.encode(instance)).isEqualTo(value);
            }
        });
    }

    private static String field(Map<String, String> example, String name) {
        return Objects.requireNonNull(example.get(name), name);
    }

    private static Map<String, String> fields(String block) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher line = Pattern.compile("(?m)^(\\S+) +(.*)$").matcher(block);
        while (line.find()) {
            fields.put(line.group(1), line.group(2));
        }
        return fields;
    }

    private static String page() throws IOException {
        return Files.readString(Path.of(System.getProperty("rollcall.root", ".."), "docs", "keyspace.md"));
    }
}
