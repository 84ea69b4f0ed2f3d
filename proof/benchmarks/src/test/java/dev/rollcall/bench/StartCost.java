package dev.rollcall.bench;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** From connecting to the first registration that stands, in a warm JVM; and a command that shows a service, as a user waits for it. */
final class StartCost implements CostBench.Cost {

    private static final int WARM_UP = 20;
    private static final int TURNS = 21;

    @Override
    public void measure(Subject.Programs programs, Server etcd) throws IOException, InterruptedException {
        System.out.println("| what | ms |");
        System.out.println("|---|---|");
        for (int i = 0; i < WARM_UP; i++) {
            registered(etcd);
        }
        double[] warm = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
            warm[i] = registered(etcd);
        }
        say("connected and registered, in a warm JVM, median of " + TURNS, CostBench.median(warm));
        try (Rollcall owner = Rollcall.connect(etcd.url())) {
            owner.register(Instance.of("user", "10.0.0.8:8080")).awaitRegistered(Duration.ofSeconds(30));
            command(programs, etcd);
            double[] commands = new double[TURNS];
            for (int i = 0; i < TURNS; i++) {
                commands[i] = command(programs, etcd);
            }
            say("`rollcall instances user`, median of " + TURNS, CostBench.median(commands));
        }
    }

    private static double registered(Server etcd) {
        long begun = Time.nanos();
        try (Rollcall rollcall = Rollcall.connect(etcd.url())) {
            rollcall.register(Instance.of("user", "10.0.0.7:8080")).awaitRegistered(Duration.ofSeconds(30));
            return Time.secondsSince(begun) * 1e3;
        }
    }

    private static double command(Subject.Programs programs, Server etcd) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(programs.rollcall().toString(), "instances", "user")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        command.environment().put("ROLLCALL_ENDPOINTS", etcd.url());
        long begun = Time.nanos();
        int code = command.start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("the command ended with " + code);
        }
        return Time.secondsSince(begun) * 1e3;
    }

    private static void say(String what, double ms) {
        System.out.println(String.format(Locale.ROOT, "| %s | %.0f |", what, ms));
    }
}
