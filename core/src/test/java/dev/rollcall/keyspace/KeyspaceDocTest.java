package dev.rollcall.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
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
    private static final Pattern OVERLAY = Pattern.compile("```\n(overlay .*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> everyExampleOfTheSpecificationHolds() throws IOException {
        return BLOCK.matcher(page()).results().map(block -> {
            Map<String, String> example = fields(block.group(1));
            return DynamicTest.dynamicTest(example.get("key") + " = " + example.get("value"), () -> holds(example));
        });
    }

    @Test
    void thePageHasItsExamples() throws IOException {
        assertThat(BLOCK.matcher(page()).results().count()).isEqualTo(20);
        assertThat(OVERLAY.matcher(page()).results().count()).isEqualTo(4);
    }

    @TestFactory
    Stream<DynamicTest> everyExampleOfAnOverlayHolds() throws IOException {
        return OVERLAY.matcher(page()).results().map(block -> {
            Map<String, String> example = fields(block.group(1));
            return DynamicTest.dynamicTest(example.get("key") + " = " + example.get("value"), () -> overlays(example));
        });
    }

    private static void overlays(Map<String, String> example) {
        Bytes key = Bytes.utf8(field(example, "key"));
        Bytes value = Bytes.utf8(field(example, "value"));
        InstanceId instance =
                OverlayFormat.instance(key).flatMap(keyspace(example)::identify).orElseThrow();
        String says = field(example, "overlay");
        if (says.startsWith("quarantined: ")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OverlayFormat.decode(instance, value))
                    .withMessage(says.substring("quarantined: ".length()));
            return;
        }
        Overlay overlay = OverlayFormat.decode(instance, value);
        assertThat(overlay).hasToString(says);
        if (overlay.takesOut()) {
            assertThat(OverlayFormat.key(keyspace(example).key(instance))).isEqualTo(key);
            assertThat(OverlayFormat.encode(overlay)).isEqualTo(value);
        }
    }

    private static Keyspace keyspace(Map<String, String> example) {
        return Keyspace.parse(field(example, "keyspace")).withPrefix(example.getOrDefault("prefix", ""));
    }

    private static void holds(Map<String, String> example) {
        Keyspace keyspace = keyspace(example);
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
            Incarnation incarnation = readable.incarnation();
            assertThat(incarnation == null ? null : incarnation.name()).isEqualTo(example.get("incarnation"));
            assertThat(instance).hasToString(field(example, written ? "written" : "read"));
            if (written) {
                assertThat(keyspace.key(instance.identity())).isEqualTo(key);
                assertThat(incarnation == null ? keyspace.encode(instance) : keyspace.encode(instance, incarnation))
                        .isEqualTo(value);
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
