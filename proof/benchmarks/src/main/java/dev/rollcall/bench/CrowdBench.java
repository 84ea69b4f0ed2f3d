package dev.rollcall.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What consumers cost a store: one service, 50 changes a second, and more and more consumers of it. */
public final class CrowdBench {

    private CrowdBench() {}

    /** {@code ROLLCALL ETCD COMMIT CLASSPATH CONSUMERS...}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Subject.Programs programs = new Subject.Programs(Path.of(args[0]), Path.of(args[1]));
        List<String> crowds = Arrays.asList(args).subList(4, args.length);
        System.out.println(Machine.origin("./bench crowd " + String.join(" ", crowds), args[2]) + "\n");
        System.out.println("| consumers | lag p50, ms | lag p99, ms | etcd, share of a processor in percent |"
                + " etcd for each event told, us | all consumers, share of a processor in percent |");
        System.out.println("|---|---|---|---|---|---|");
        for (String crowd : crowds) {
            measure(programs, args[3], crowd);
        }
        System.exit(0);
    }

    private static void measure(Subject.Programs programs, String classPath, String crowd)
            throws IOException, InterruptedException {
        try (Server etcd = Server.launch(Subject.ETCD, programs)) {
            FirstAnswer.await(etcd);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx4g",
                            "-cp",
                            classPath,
                            "Crowd",
                            etcd.url(),
                            crowd)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Duration before = Duration.ZERO;
            double spent = 0;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                String line = lines.readLine();
                while (line != null) {
                    if (line.equals("begin")) {
                        before = etcd.cpu();
                    } else if (line.equals("end")) {
                        spent = etcd.cpu().minus(before).toNanos() / 1e9;
                    } else {
                        print(line.split("\t", -1), spent);
                    }
                    line = lines.readLine();
                }
            }
            if (process.waitFor() != 0) {
                throw new IllegalStateException("a crowd of " + crowd + " did not come to its end");
            }
        }
    }

    private static void print(String[] parts, double spent) {
        if (parts.length == 5) {
            double seconds = Double.parseDouble(parts[1]);
            double events = Double.parseDouble(parts[0]) * 500;
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.1f | %.1f | %s |",
                    parts[0],
                    parts[2],
                    parts[3],
                    spent / seconds * 100,
                    spent * 1e6 / events,
                    parts[4]));
        }
    }
}
