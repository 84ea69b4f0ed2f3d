package dev.rollcall.nemesis.client;

import dev.rollcall.Rollcall;
import dev.rollcall.RollcallBuilder;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A process that registers and discovers as it is told, one order to the line of its standard input, and ends when that ends.
 *
 * <p>Orders: {@code register H SERVICE ID ADDRESS TOKEN}, {@code update H TOKEN}, {@code close H}, {@code view V SERVICE guard|bare GRACE_MILLIS},
 * {@code dump N}, {@code quit}.
 */
final class ClientMain {

    /** The variable with the password of root, where the store has users. */
    private static final String ROOT = "NEMESIS_PASSWORD";

    /** How the names of the library's threads begin. */
    private static final String OURS = "rollcall-";

    private static final Duration SAMPLE = Duration.ofMillis(100);
    /** A pause of this process that is worth a line: it could not renew, or tell, in time. */
    private static final Duration PAUSE = Duration.ofMillis(400);

    /** A step of the wall clock that is worth a line. */
    private static final Duration STEP = Duration.ofSeconds(10);

    private static final Duration THREADS_GONE = Duration.ofSeconds(3);

    private final Rollcall rollcall;
    private final Journal journal;
    private final PrintStream answers;
    private final Registrations registrations;
    private final Views views;
    private volatile boolean ended;

    private ClientMain(Rollcall rollcall, Journal journal, PrintStream answers) {
        this.rollcall = rollcall;
        this.journal = journal;
        this.answers = answers;
        this.registrations = new Registrations(rollcall, journal);
        this.views = new Views(rollcall, journal);
    }

    /** Arguments: name, directory of the journal, endpoints with commas, lease in seconds. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        try (Journal journal = Journal.open(Path.of(args[1]), args[0], args[0])) {
            RollcallBuilder builder = Rollcall.builder(args[2])
                    .leaseTime(Duration.ofSeconds(Long.parseLong(args[3])))
                    .startBound(Duration.ZERO)
                    .closeAtShutdown(false);
            String password = System.getenv(ROOT);
            if (password != null) {
                builder.credentials(Credentials.of("root", password));
            }
            Rollcall rollcall = builder.connect();
            journal.note("start", "pid", ProcessHandle.current().pid(), "lease", args[3]);
            ClientMain client = new ClientMain(rollcall, journal, answers);
            Thread sampler = new Thread(client::sample, "nemesis-sampler");
            sampler.setDaemon(true);
            sampler.start();
            client.obey();
            client.end();
        }
    }

    private void obey() throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] order = line.split(" ", -1);
            switch (order[0]) {
                case "register" -> registrations.register(order[1], order[2], order[3], order[4], order[5]);
                case "update" -> registrations.update(order[1], order[2]);
                case "close" -> registrations.close(order[1]);
                case "view" ->
                    views.open(
                            order[1], order[2], order[3].equals("guard"), Duration.ofMillis(Long.parseLong(order[4])));
                case "dump" -> answers.println("dump " + order[1] + " " + views.dump() + " " + registrations.dump());
                case "quit" -> {
                    return;
                }
                default -> throw new IllegalArgumentException("no such order: " + line);
            }
            answers.flush();
        }
    }

    private void sample() {
        long last = Monotonic.nanos();
        long wallBefore = Monotonic.wallMillis();
        while (!ended) {
            views.sample();
            Monotonic.sleep(SAMPLE);
            long now = Monotonic.nanos();
            long late = now - last - SAMPLE.toNanos();
            if (late > PAUSE.toNanos()) {
                journal.note("pause", "millis", late / 1_000_000);
            }
            long wall = Monotonic.wallMillis();
            long step = wall - wallBefore - (now - last) / 1_000_000;
            if (Math.abs(step) > STEP.toMillis()) {
                journal.note("clock", "step", step);
            }
            last = now;
            wallBefore = wall;
        }
    }

    /** Closes, and looks whether it closed in time and left no thread. */
    private void end() {
        ended = true;
        views.note("last");
        long begun = Monotonic.nanos();
        journal.note("ending", "failures", views.listenerFailures());
        rollcall.close();
        long took = Monotonic.nanos() - begun;
        boolean gone = Monotonic.await(THREADS_GONE, () -> leftThreads().isEmpty());
        journal.note("ended", "millis", took / 1_000_000, "threads", gone ? "" : String.join(",", leftThreads()));
        if (!gone) {
            logLeftThreads();
        }
        answers.println("ended");
    }

    /** A thread that loads its first classes on a starved machine is no leak; only its stack tells. */
    private static void logLeftThreads() {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().startsWith(OURS)) {
                System.err.println(thread.getName() + " is left, " + thread.getState() + ": " + Arrays.toString(stack));
            }
        });
    }

    private static List<String> leftThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith(OURS))
                .sorted()
                .toList();
    }
}
