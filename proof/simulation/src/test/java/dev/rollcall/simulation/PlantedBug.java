package dev.rollcall.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A mistake in the library, as a file: what is wrong, and for each place where it is, the text that stands there and the text that takes its place.
 *
 * @param name the name of its file
 * @param what one sentence
 * @param places where it is; several where each alone would be made good by the others
 */
record PlantedBug(String name, String what, List<Place> places) {

    private static final String SUFFIX = ".bug";
    private static final Pattern PLACE = Pattern.compile("in (\\S+)\n<<<<\n(.*?)\n====\n(.*?)\n>>>>\n", Pattern.DOTALL);

    /**
     * One place.
     *
     * @param source the path of the source, from the root of the project
     * @param right what stands there, once
     * @param wrong what is planted
     */
    record Place(String source, String right, String wrong) {}

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
        int end = text.indexOf('\n') + 1;
        String what = text.substring(0, end).strip();
        List<Place> places = new ArrayList<>();
        Matcher place = PLACE.matcher(text);
        while (place.find(end) && place.start() == end) {
            places.add(new Place(place.group(1), place.group(2), place.group(3)));
            end = place.end();
        }
        if (what.isEmpty() || places.isEmpty() || end != text.length()) {
            throw new IllegalArgumentException(
                    file + " is not: what is wrong, then once or more 'in PATH', <<<<, right, ====, wrong, >>>>");
        }
        return new PlantedBug(name.substring(0, name.length() - SUFFIX.length()), what, places);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sources with the mistake in them, by path. */
    Map<String, String> planted(Path root) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Place place : places) {
            String text = sources.computeIfAbsent(place.source(), source -> text(root.resolve(source)));
            int at = text.indexOf(place.right());
            if (at < 0 || text.indexOf(place.right(), at + 1) >= 0) {
                throw new IllegalStateException(name + SUFFIX + ": its text must stand once in " + place.source()
                        + "; write it anew from what stands there now");
            }
            String planted = text.substring(0, at)
                    + place.wrong()
                    + text.substring(at + place.right().length());
            sources.put(place.source(), planted);
        }
        return sources;
    }

    /** Compiles the sources with the mistake in them, against the class path of this process. */
    void compile(Path root, Path directory) {
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn",
                "-Xlint:none",
                "-proc:none",
                "-implicit:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString()));
        try {
            for (Map.Entry<String, String> each : planted(root).entrySet()) {
                Path file = directory.resolve(Path.of(each.getKey()).getFileName());
                Files.writeString(file, each.getValue());
                arguments.add(file.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(name + SUFFIX + " does not compile");
        }
    }
}
