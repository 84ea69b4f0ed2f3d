package dev.rollcall.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Stream;

/** What the machine says of itself. */
final class Machine {
    private Machine() {}

    /** Where the figures of a table come from, as its first lines. */
    static String origin(String command, String commit) throws IOException {
        return "- Command: `" + command + "`\n- Date: "
                + ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES) + "\n- Commit: " + commit
                + "\n- Machine: " + describe();
    }

    /** Processor, memory, file system, system and Java. */
    private static String describe() throws IOException {
        return "%d x %s, %s of memory, %s at %s; %s %s; Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field("/proc/cpuinfo", "model name"),
                        field("/proc/meminfo", "MemTotal"),
                        Files.getFileStore(directory()).type(),
                        directory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"));
    }

    /** How many threads ran or wanted to, on average over the last minute. */
    static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static Path directory() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String field(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            return "unknown " + name;
        }
        try (Stream<String> lines = Files.lines(path)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown " + name);
        }
    }
}
