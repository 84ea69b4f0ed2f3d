package dev.rollcall.nemesis.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Writes the lines of one process to a file. Each line is the kernel's at once, so that it outlives {@code kill -9}. Safe for several threads. */
public final class Journal implements AutoCloseable {

    private static final String SUFFIX = ".jsonl";

    private final String who;
    private final Writer out;

    private Journal(String who, Writer out) {
        this.who = who;
        this.out = out;
    }

    /** A journal at the end of the file {@code <directory>/<file>.jsonl}. */
    public static Journal open(Path directory, String file, String who) {
        try {
            return new Journal(
                    who,
                    Files.newBufferedWriter(
                            directory.resolve(file + SUFFIX),
                            StandardCharsets.US_ASCII,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("no journal in " + directory, e);
        }
    }

    /** Writes what happened now. */
    public void note(String what, Object... namesAndValues) {
        write(Line.of(Monotonic.nanos(), who, what, namesAndValues));
    }

    /** Writes a line. */
    public synchronized void write(Line line) {
        try {
            out.write(line.json());
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the journal of " + who + " cannot be written", e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the journal of " + who + " cannot be closed", e);
        }
    }

    /** All lines of all journals of a directory, by time. A last line that was cut short is left out. */
    public static List<Line> readAll(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Line> lines = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                read(file, lines);
            }
            lines.sort(java.util.Comparator.comparingLong(Line::at));
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("the journals in " + directory + " cannot be read", e);
        }
    }

    private static void read(Path file, List<Line> lines) throws IOException {
        List<String> texts = Files.readAllLines(file, StandardCharsets.US_ASCII);
        for (int i = 0; i < texts.size(); i++) {
            try {
                lines.add(Line.parse(texts.get(i)));
            } catch (IllegalArgumentException e) {
                if (i + 1 < texts.size()) {
                    throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
