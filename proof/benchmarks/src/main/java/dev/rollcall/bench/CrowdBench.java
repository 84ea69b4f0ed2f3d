package dev.rollcall.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What consumers cost a store: one service, 50 changes a second, and more and more consumers of it. */
public final class CrowdBench {

    private static final Pattern SENT = Pattern.compile("(?m)^etcd_network_client_grpc_sent_bytes_total (\\S+)$");

    private CrowdBench() {}

    /** {@code ROLLCALL ETCD COMMIT PEER=CLASSPATH CONSUMERS...}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Subject.Programs programs = new Subject.Programs(Path.of(args[0]), Path.of(args[1]));
        String peer = args[3].substring(0, args[3].indexOf('='));
        String classPath = args[3].substring(peer.length() + 1);
        List<String> crowds = Arrays.asList(args).subList(4, args.length);
        System.out.println(
                Machine.origin("./bench crowd --by " + peer + " " + String.join(" ", crowds), args[2]) + "\n");
        System.out.println(
                "| consumers | changes written a second | lag p50, ms | lag p99, ms | etcd, share of a processor in percent |"
                        + " etcd for each event told, us | bytes for each event told | all consumers, share of a processor in percent |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String crowd : crowds) {
            measure(programs, classPath, PeerBench.type(peer) + "Crowd", crowd);
        }
        System.exit(0);
    }

    private static void measure(Subject.Programs programs, String classPath, String type, String crowd)
            throws IOException, InterruptedException {
        try (Server etcd = Server.launch(Subject.ETCD, programs)) {
            FirstAnswer.await(etcd);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx4g",
                            "-cp",
                            classPath,
                            "CrowdRace",
                            type,
                            etcd.url(),
                            crowd)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Spent before = Spent.NONE;
            Spent spent = Spent.NONE;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                String line = lines.readLine();
                while (line != null) {
                    if (line.equals("begin")) {
                        before = Spent.by(etcd);
                    } else if (line.equals("end")) {
                        spent = Spent.by(etcd).since(before);
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

    private static void print(String[] parts, Spent spent) {
        if (parts.length == 7) {
            double events = Double.parseDouble(parts[1]);
            double seconds = Double.parseDouble(parts[2]);
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %.1f | %.1f | %.0f | %s |",
                    parts[0],
                    parts[6],
                    parts[3],
                    parts[4],
                    spent.seconds / seconds * 100,
                    spent.seconds * 1e6 / events,
                    spent.bytes / events,
                    parts[5]));
        }
    }

    /**
     * What a store has spent.
     *
     * @param seconds of a processor
     * @param bytes sent to clients, by its own count
     */
    private record Spent(double seconds, double bytes) {

        static final Spent NONE = new Spent(0, 0);

        static Spent by(Server etcd) throws IOException, InterruptedException {
            Matcher sent = SENT.matcher(etcd.metrics());
            if (!sent.find()) {
                throw new IllegalStateException("etcd does not tell how many bytes it sent");
            }
            return new Spent(etcd.cpu().toNanos() / 1e9, Double.parseDouble(sent.group(1)));
        }

        Spent since(Spent before) {
            return new Spent(seconds - before.seconds, bytes - before.bytes);
        }
    }
}
