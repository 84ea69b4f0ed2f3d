package dev.rollcall.conformance.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** What a discoverer was told, line by line: {@code UP key value}, {@code DOWN key value}. */
final class Story {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    void up(String key, String value) {
        lines.add("UP " + key + " " + value);
    }

    void down(String key, String value) {
        lines.add("DOWN " + key + " " + value);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    void awaitLine(String line) {
        awaitLine(line, Duration.ofSeconds(15));
    }

    void awaitLine(String line, Duration bound) {
        Awaitility.await(line + " told")
                .atMost(bound)
                .untilAsserted(() -> assertThat(lines).contains(line));
    }

    long count(String line) {
        return lines.stream().filter(line::equals).count();
    }

    void assertNobodyWentDown() {
        assertThat(lines).noneMatch(line -> line.startsWith("DOWN"));
    }
}
