package dev.rollcall.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A mistake in a source of the library, as a file: what is wrong, where, the text that stands there, and the text that takes its place.
 *
 * @param name the name of its file
 * @param what one sentence
 * @param source the path of the source, from the root of the project
 * @param right what stands there, once
 * @param wrong what is planted
 */
record PlantedBug(String name, String what, String source, String right, String wrong) {

    private static final String SUFFIX = ".bug";

    /** All that are in a directory, by name. */
    static List<PlantedBug> all(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(PlantedBug::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlantedBug read(Path file) {
        String text = text(file);
        String name = file.getFileName().toString();
        int what = text.indexOf('\n');
        int where = text.indexOf("\n<<<<\n");
        int middle = text.indexOf("\n====\n");
        int end = text.lastIndexOf("\n>>>>");
        boolean whole = 0 < what && what < where && where < middle && middle + 5 <= end;
        if (!whole || !text.startsWith("in ", what + 1)) {
            throw new IllegalArgumentException(
                    file + " is not: what is wrong, 'in PATH', <<<<, right, ====, wrong, >>>>");
        }
        return new PlantedBug(
                name.substring(0, name.length() - SUFFIX.length()),
                text.substring(0, what),
                text.substring(what + 4, where),
                text.substring(where + 6, middle),
                text.substring(Math.min(middle + 6, end), end));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source with the mistake in it. */
    String planted(Path root) {
        String text = text(root.resolve(source));
        int at = text.indexOf(right);
        if (at < 0 || text.indexOf(right, at + 1) >= 0) {
            throw new IllegalStateException(name + SUFFIX + ": its text must stand once in " + source
                    + "; write it anew from what stands there now");
        }
        return text.substring(0, at) + wrong + text.substring(at + right.length());
    }

    /** Compiles the source with the mistake in it, against the class path of this process. */
    void compile(Path root, Path directory) {
        try {
            Path file = directory.resolve(Path.of(source).getFileName());
            Files.writeString(file, planted(root));
            int code = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-nowarn",
                            "-Xlint:none",
                            "-proc:none",
                            "-implicit:none",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-d",
                            directory.toString(),
                            file.toString());
            if (code != 0) {
                throw new IllegalStateException(name + SUFFIX + " does not compile");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
