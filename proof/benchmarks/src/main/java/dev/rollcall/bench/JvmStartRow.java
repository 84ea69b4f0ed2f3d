package dev.rollcall.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The embedded server and a client of it in one JVM, until a put and a get are answered: the first pair in a fresh JVM, and later ones. */
final class JvmStartRow implements Row {
    private static final double FIRST_MILLIS = 1_200;
    private static final double LATER_MILLIS = 150;
    private static final int BOUND_SECONDS = 60;

    @Override
    public String name() {
        return "start-in-jvm";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(Subject.ROLLCALL);
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        List<Double> millis = starts();
        sheet.note(
                subject,
                "the first server and client in a JVM, until they answer",
                "ms",
                Bar.atMost(FIRST_MILLIS),
                millis.get(0));
        for (double later : millis.subList(1, millis.size())) {
            sheet.note(subject, "later ones, until they answer", "ms", Bar.atMost(LATER_MILLIS), later);
        }
    }

    private static List<Double> starts() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classPath(), JvmStart.class.getName())
                .redirectErrorStream(true)
                .start();
        List<Double> millis = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(JvmStart.FIGURE)) {
                    millis.add(Double.valueOf(line.substring(JvmStart.FIGURE.length())));
                } else {
                    said.append(line).append('\n');
                }
            }
            boolean ended = process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS);
            if (!ended || millis.size() != JvmStart.STARTS) {
                throw new IllegalStateException("a JVM with a server and a client failed: " + said);
            }
            return millis;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Without a logger: which one there is, and how it is set up, is the user's affair. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("logback-"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
