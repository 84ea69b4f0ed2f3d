package dev.rollcall.nemesis;

import dev.rollcall.nemesis.check.Checker;
import dev.rollcall.nemesis.check.Verdict;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Plays rounds one after another, each in a directory of its own, and has them judged. */
final class Rounds {

    private final Path work;
    private final List<FaultKind> kinds;
    private final boolean keep;

    Rounds(Path work, List<FaultKind> kinds, boolean keep) {
        this.work = work.toAbsolutePath();
        this.kinds = kinds;
        this.keep = keep;
    }

    /**
     * Plays one.
     *
     * @param most faults
     * @param time for them
     * @param small with fewer clients
     */
    Verdict play(StoreChoice choice, long seed, int most, Duration time, boolean small, Report report) {
        String name = choice.name().toLowerCase(java.util.Locale.ROOT) + "-" + seed;
        Path directory = work.resolve(name);
        delete(directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Journal journal = Journal.open(directory, "nemesis", "nemesis")) {
            try (Store store = choice.start(directory)) {
                new Round(directory, journal, store, kinds, small).play(seed, most, time);
            } catch (RuntimeException e) {
                journal.note("void", "reason", "the round failed: " + e);
            }
        }
        List<Line> lines = Journal.readAll(directory);
        Verdict verdict = Checker.judge(lines);
        report.add(name, lines, verdict);
        if (!keep && verdict.violations().isEmpty() && verdict.voids().isEmpty()) {
            delete(directory);
        }
        return verdict;
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
