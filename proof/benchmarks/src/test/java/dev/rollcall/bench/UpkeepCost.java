package dev.rollcall.bench;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a process with one, a thousand and ten thousand registrations sends and works while nothing happens, over a minute with one audit in it. */
final class UpkeepCost implements CostBench.Cost {

    private static final int[] REGISTRATIONS = {1, 1_000, 10_000};
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration SPAN = Duration.ofSeconds(60);

    @Override
    public void measure(Subject.Programs programs, Server etcd) throws IOException, InterruptedException {
        System.out.println(
                "| registrations | renewals a second | other requests a minute | the process, ms of a processor a second | etcd, the same |");
        System.out.println("|---|---|---|---|---|");
        for (int count : REGISTRATIONS) {
            try (Rollcall rollcall = Rollcall.connect(etcd.url())) {
                List<Registration> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    all.add(rollcall.register(Instance.of("user", "10.0." + i / 250 + "." + i % 250 + ":8080")));
                }
                for (Registration one : all) {
                    one.awaitRegistered(Duration.ofMinutes(1));
                }
                Time.pass(SETTLE);
                long renewals = received(etcd, true);
                long others = received(etcd, false);
                double own = cpu();
                double store = etcd.cpu().toNanos() / 1e6;
                Time.pass(SPAN);
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %d | %.2f | %d | %.1f | %.1f |",
                        count,
                        (received(etcd, true) - renewals) / (double) SPAN.toSeconds(),
                        received(etcd, false) - others,
                        (cpu() - own) / SPAN.toSeconds(),
                        (etcd.cpu().toNanos() / 1e6 - store) / SPAN.toSeconds()));
            }
        }
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e6;
    }

    /** How many messages etcd got, of renewals or of all else. */
    private long received(Server etcd, boolean renewals) throws IOException, InterruptedException {
        return etcd.metrics()
                .lines()
                .filter(line -> line.startsWith("grpc_server_msg_received_total"))
                .filter(line -> line.contains("\"LeaseKeepAlive\"") == renewals)
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
