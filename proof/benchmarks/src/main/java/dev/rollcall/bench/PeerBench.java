package dev.rollcall.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rollcall beside what a user would take instead. Each peer runs in a JVM of its own ({@code proof/benchmarks/peers}), against a fresh store of its kind that
 * flushes every write, an etcd of some members or one ZooKeeper; the peers take turns.
 */
public final class PeerBench {

    private final Subject.Programs programs;
    private final Map<String, String> classPaths;
    private final int members;
    private final int many;
    private final PeerSheet sheet = new PeerSheet();
    private final List<String> failures = new ArrayList<>();

    private PeerBench(Subject.Programs programs, Map<String, String> classPaths, int members, int many) {
        this.programs = programs;
        this.classPaths = classPaths;
        this.members = members;
        this.many = many;
    }

    /** {@code ROLLCALL ETCD COMMIT COUNT REPEATS MEMBERS NAME=CLASSPATH...}: how many instances are many, how many turns each has, and the peers. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Subject.Programs programs = new Subject.Programs(Path.of(args[0]), Path.of(args[1]));
        int many = Integer.parseInt(args[3]);
        int repeats = Integer.parseInt(args[4]);
        int members = Integer.parseInt(args[5]);
        Map<String, String> classPaths = new LinkedHashMap<>();
        for (String peer : Arrays.asList(args).subList(6, args.length)) {
            int equals = peer.indexOf('=');
            classPaths.put(peer.substring(0, equals), peer.substring(equals + 1));
        }
        long start = Time.nanos();
        String load = Machine.load();
        PeerBench bench = new PeerBench(programs, classPaths, members, many);
        for (int turn = 0; turn < repeats; turn++) {
            for (String peer : classPaths.keySet()) {
                System.err.println(peer + ", turn " + (turn + 1) + " of " + repeats);
                bench.measure(peer, turn + 1);
            }
        }
        String command = "./bench peers --count " + many + " --repeats " + repeats + " --members " + members;
        System.out.println(Machine.origin(command, args[2]));
        System.out.printf("- Load: %s before; %.0f s in all%n%n", load, Time.secondsSince(start));
        bench.sheet.lines().forEach(System.out::println);
        bench.failures.forEach(System.out::println);
        System.exit(bench.failures.isEmpty() ? 0 : 1);
    }

    /** A turn that fails is told at the end; what it measured before counts. */
    private void measure(String peer, int turn) throws IOException, InterruptedException {
        int exit;
        if (peer.equals("curator")) {
            try (Server store = Server.launch(this::zooKeeper)) {
                exit = race(peer, "127.0.0.1:" + store.port());
            }
        } else {
            try (Members store = Members.launch(programs, members)) {
                exit = race(peer, store.first().url());
            }
        }
        if (exit != 0) {
            failures.add("FAILED: " + peer + " ended with " + exit + " in turn " + turn);
        }
    }

    private List<String> zooKeeper(Path data, int port) {
        return List.of(
                java(),
                "-Xmx1g",
                "-Dzookeeper.admin.enableServer=false",
                "-cp",
                classPath("curator"),
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                Integer.toString(port),
                data.toString());
    }

    private int race(String peer, String store) throws IOException, InterruptedException {
        String type = type(peer) + "Peer";
        Process process = new ProcessBuilder(
                        java(), "-Xmx2g", "-cp", classPath(peer), "Race", type, store, Integer.toString(many))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                String[] parts = line.split("\t", -1);
                if (parts.length == 4) {
                    sheet.note(peer, new PeerSheet.Figure(parts[0], parts[1], parts[2]), Double.parseDouble(parts[3]));
                }
                line = lines.readLine();
            }
        }
        return process.waitFor();
    }

    /** How the names of a peer's classes begin. */
    static String type(String peer) {
        return peer.substring(0, 1).toUpperCase(Locale.ROOT) + peer.substring(1);
    }

    private String classPath(String peer) {
        String found = classPaths.get(peer);
        if (found == null) {
            throw new IllegalArgumentException("no class path for the peer " + peer);
        }
        return found;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
