package dev.rollcall.bench;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Twenty thousand changes a second of ten thousand instances, and what a process spends that follows them: bare stubs, and views with 1 and with 100 listeners. */
final class StormCost implements CostBench.Cost {

    static final int INSTANCES = 10_000;
    static final String SERVICE = "user";
    static final String AT = "at";
    static final Keyspace KEYSPACE = Keyspace.standard();

    private static final int CHANGES_PER_SECOND = 20_000;
    private static final int TOGETHER = 125;
    private static final int WARM_UP_SECONDS = 40;
    private static final int SECONDS = 15;

    @Override
    public void measure(Subject.Programs programs, Server etcd) throws IOException, InterruptedException {
        System.out.println(
                "| follower | changes told a second | lag p50, ms | lag p99, ms | processor, ms a second | allocated, MB a second |");
        System.out.println("|---|---|---|---|---|---|");
        try (EtcdClient writer = EtcdClient.connect(etcd.url())) {
            write(writer, 0, INSTANCES);
            for (String follower : List.of("stubs", "1", "100")) {
                follow(writer, etcd, follower);
            }
        }
    }

    private static void follow(EtcdClient writer, Server etcd, String follower)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dlogback.configurationFile=tools/test-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StormFollower.class.getName(),
                        etcd.url(),
                        follower)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer orders = process.outputWriter(StandardCharsets.UTF_8)) {
            lines.readLine();
            storm(writer, WARM_UP_SECONDS);
            orders.write("begin\n");
            orders.flush();
            lines.readLine();
            storm(writer, SECONDS);
            orders.write("end\n");
            orders.flush();
            print(follower, lines.readLine().split("\t", -1));
        } finally {
            process.destroyForcibly();
        }
    }

    private static void print(String follower, String[] parts) {
        String who = follower.equals("stubs") ? "bare stubs, not decoded" : "a view with " + follower + " listeners";
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.0f | %s | %s | %.0f | %.1f |",
                who,
                Double.parseDouble(parts[0]) / SECONDS,
                parts[1],
                parts[2],
                Double.parseDouble(parts[3]) / SECONDS,
                Double.parseDouble(parts[4]) / SECONDS));
    }

    private static void storm(EtcdClient writer, int seconds) throws InterruptedException {
        long begun = Time.nanos();
        int changes = seconds * CHANGES_PER_SECOND;
        for (int i = 0; i < changes; i += TOGETHER) {
            long due = begun + i * (1_000_000_000L / CHANGES_PER_SECOND);
            Time.pass(Duration.ofNanos(Math.max(0, due - Time.nanos())));
            write(writer, i % INSTANCES, TOGETHER);
        }
    }

    private static void write(EtcdClient writer, int from, int count) {
        List<Op> puts = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            Instance instance = Instance.builder(SERVICE)
                    .endpoint("10.0." + i / 250 + "." + i % 250, 8080)
                    .metadata(AT, Long.toString(Time.nanos()))
                    .build();
            puts.add(Put.of(KEYSPACE.key(instance.identity()), KEYSPACE.encode(instance)));
            if (puts.size() == TOGETHER) {
                writer.kv().txn(Txn.when().then(puts.toArray(Op[]::new)));
                puts.clear();
            }
        }
    }
}
