package dev.rollcall.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Plants one bug after another, and runs the simulation until it finds something wrong. */
final class PlantedBugs {

    /** How much processor time the simulation has for one bug. */
    private static final int CPU_SECONDS = 300;

    private static final int CALM_SECONDS = 20;
    private static final Pattern VIOLATION = Pattern.compile("VIOLATION, seed (\\d+): (\\w+): .*");
    private static final Pattern CPU = Pattern.compile(".* ([0-9.]+) CPU s .*");

    private final Path root;

    /** Finds sources and bugs below the root of the project. */
    PlantedBugs(Path root) {
        this.root = root;
    }

    /**
     * How a hunt went.
     *
     * @param invariant what was found broken; empty for nothing
     * @param seed the run that found it
     * @param seconds of processor time
     */
    record Find(String invariant, long seed, double seconds) {

        boolean found() {
            return !invariant.isEmpty();
        }
    }

    List<PlantedBug> all() {
        return PlantedBug.all(root.resolve("proof/simulation/src/test/bugs"));
    }

    Path root() {
        return root;
    }

    /** Runs the library with the bug in it, in a process of its own. */
    Find hunt(PlantedBug bug, int cpuSeconds) {
        Path directory = temporary();
        try {
            bug.compile(root, directory);
            return simulate(directory + java.io.File.pathSeparator, cpuSeconds);
        } finally {
            delete(directory);
        }
    }

    private static Find simulate(String before, int cpuSeconds) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            Process process = new ProcessBuilder(
                            java,
                            "-XX:+UseSerialGC",
                            "-Xmx512m",
                            "-cp",
                            before + System.getProperty("java.class.path"),
                            Simulate.class.getName(),
                            "--cpu",
                            Integer.toString(cpuSeconds),
                            "--violations",
                            "1")
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                return read(lines, process);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Find read(BufferedReader lines, Process process) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        String invariant = "";
        long seed = 0;
        double seconds = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            Matcher violation = VIOLATION.matcher(line);
            if (violation.matches()) {
                seed = Long.parseLong(violation.group(1));
                invariant = violation.group(2);
            }
            Matcher cpu = CPU.matcher(line);
            if (cpu.matches()) {
                seconds = Double.parseDouble(cpu.group(1));
            }
        }
        int code = process.waitFor();
        if (invariant.isEmpty() && code != 0) {
            throw new IllegalStateException("the simulation did not run: " + String.join("\n", said));
        }
        return new Find(invariant, seed, seconds);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("planted-bug");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int huntAll(List<String> names, int cpuSeconds) {
        List<PlantedBug> chosen = all().stream()
                .filter(bug -> names.isEmpty() || names.contains(bug.name()))
                .toList();
        if (chosen.isEmpty()) {
            System.err.println("planted-bugs: none is called " + names + "; there are "
                    + all().stream().map(PlantedBug::name).toList());
            return 2;
        }
        Find none = simulate("", CALM_SECONDS);
        if (none.found()) {
            System.err.println("planted-bugs: the library breaks " + none.invariant() + " with no bug planted, seed "
                    + none.seed());
            return 1;
        }
        int missed = 0;
        System.out.printf("%-24s %-22s %6s %8s  %s%n", "bug", "broken invariant", "seed", "CPU s", "what is wrong");
        for (PlantedBug bug : chosen) {
            Find find = hunt(bug, cpuSeconds);
            missed += find.found() ? 0 : 1;
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %-22s %6d %8.1f  %s%n",
                    bug.name(),
                    find.found() ? find.invariant() : "NOT FOUND",
                    find.seed(),
                    find.seconds(),
                    bug.what());
        }
        System.out.println(chosen.size() - missed + " of " + chosen.size() + " found");
        return missed == 0 ? 0 : 1;
    }

    public static void main(String[] args) {
        List<String> names = new ArrayList<>(List.of(args));
        int cpuSeconds = CPU_SECONDS;
        int option = names.indexOf("--cpu");
        if (option >= 0) {
            cpuSeconds = Integer.parseInt(names.get(option + 1));
            names.subList(option, option + 2).clear();
        }
        System.exit(new PlantedBugs(Path.of("").toAbsolutePath()).huntAll(names, cpuSeconds));
    }
}
