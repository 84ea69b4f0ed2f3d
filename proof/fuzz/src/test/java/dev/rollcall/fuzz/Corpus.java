package dev.rollcall.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The inputs that are kept: {@code src/test/resources/corpus/TARGET.txt}, a line each ({@link Escaped}); a line that begins with {@code #} says what
 * the next ones are.
 */
public final class Corpus {

    private Corpus() {}

    static List<byte[]> of(String target) {
        String name = "/corpus/" + target + ".txt";
        try (InputStream stream = Corpus.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the target " + target + " has no corpus " + name);
            }
            List<byte[]> inputs = new ArrayList<>();
            new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> inputs.add(Escaped.read(line)));
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * For tools/fuzz: {@code list} prints the targets with their classes, {@code write TARGET DIR} writes a target's corpus as files, {@code line FILE}
     * prints a file as a line of a corpus.
     */
    public static void main(String... args) throws IOException {
        switch (args.length == 0 ? "list" : args[0]) {
            case "list" -> Targets.ALL.forEach(type -> System.out.println(Targets.name(type) + " " + type.getName()));
            case "write" -> write(args[1], Path.of(args[2]));
            case "line" -> System.out.println(Escaped.write(Files.readAllBytes(Path.of(args[1]))));
            default -> throw new IllegalArgumentException("unknown: " + Arrays.toString(args));
        }
    }

    private static void write(String target, Path dir) throws IOException {
        Files.createDirectories(dir);
        int number = 0;
        for (byte[] input : of(target)) {
            Files.write(dir.resolve("kept-" + ++number), input);
        }
    }
}
