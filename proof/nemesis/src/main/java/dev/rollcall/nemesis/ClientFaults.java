package dev.rollcall.nemesis;

import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What happens to the process of a client. */
final class ClientFaults {

    private static final int KILLED = 137;
    private static final Duration END = Duration.ofSeconds(8);
    private static final Duration TICK = Duration.ofMillis(1_500);
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LESS_THAN_A_LEASE = Duration.ofMillis(1_200);

    private ClientFaults() {}

    static List<FaultKind> all() {
        return List.of(
                new FaultKind("registrant-kill", Scope.REGISTRANT, true, s -> true, ClientFaults::kill),
                new FaultKind("registrant-restart", Scope.REGISTRANT, true, s -> true, ClientFaults::restart),
                new FaultKind("registrant-hiccup", Scope.REGISTRANT, false, s -> true, ClientFaults::hiccup),
                new FaultKind("registrant-pause", Scope.REGISTRANT, true, s -> true, ClientFaults::pause),
                new FaultKind("consumer-kill", Scope.CONSUMER, true, s -> true, ClientFaults::kill),
                new FaultKind("consumer-pause", Scope.CONSUMER, true, s -> true, ClientFaults::pause),
                new FaultKind("consumer-miss", Scope.CONSUMER, true, s -> true, ClientFaults::missCompacted));
    }

    /** Those that need a library to lie about the time. */
    static List<FaultKind> ofClock() {
        return List.of(new FaultKind("clock-step", Scope.REGISTRANT, false, s -> true, ClientFaults::clockSteps));
    }

    private static String kill(Scene scene) {
        Client client = scene.target();
        client.kill();
        int exit = client.exitValue();
        if (scene.random().nextBoolean()) {
            scene.last();
        }
        client.launch();
        VoidFault.unless(exit == KILLED, "it ended with " + exit);
        return "ended with " + exit;
    }

    private static String restart(Scene scene) {
        Client client = scene.target();
        client.quit();
        boolean ended = client.awaitEnd(END);
        int exit = client.exitValue();
        if (!ended) {
            client.kill();
        }
        client.launch();
        VoidFault.unless(ended, "it did not end");
        return "ended with " + exit;
    }

    private static String pause(Scene scene) {
        return stop(scene, scene.length().plusSeconds(scene.random().nextInt(3)));
    }

    private static String hiccup(Scene scene) {
        return stop(scene, LESS_THAN_A_LEASE);
    }

    private static String stop(Scene scene, Duration time) {
        Client client = scene.target();
        client.signal("STOP");
        Monotonic.sleep(time);
        boolean stopped = client.stopped();
        client.signal("CONT");
        VoidFault.unless(stopped, "it was not stopped");
        return "stopped for " + time.toMillis() + " ms";
    }

    /** The consumer sleeps over changes that are gone for good when it wakes. */
    private static String missCompacted(Scene scene) {
        Client client = scene.target();
        client.signal("STOP");
        long before = scene.log().seen();
        boolean stopped;
        long compacted;
        try {
            scene.last();
            stopped = client.stopped();
            compacted = DataFaults.compact(scene);
            // What the kernel has taken in already is not missed; the connections go, too.
            scene.proxies().forEach(proxy -> proxy.resetAll());
        } finally {
            client.signal("CONT");
        }
        VoidFault.unless(stopped && compacted > before, "compacted to " + compacted + " after " + before);
        return "missed " + (compacted - before) + " revisions";
    }

    /** The library that lies makes a process slow; so it has a life with it, and then goes on without. */
    private static String clockSteps(Scene scene) {
        Client client = scene.target();
        Path file = scene.directory().resolve(client.base() + ".clock");
        set(file, "+0s");
        relaunch(client, FakeClock.environment(file));
        Monotonic.await(START, () -> !client.dump("clock").isEmpty());
        long until = Monotonic.nanos() + scene.length().toNanos();
        int turn = scene.random().nextInt(4);
        while (Monotonic.nanos() < until) {
            set(file, List.of("+3600s", "-3600s", "+40s", "-40s").get(turn++ % 4));
            Monotonic.sleep(TICK);
        }
        long seen = steps(scene);
        relaunch(client, Map.of());
        VoidFault.unless(seen > 0, "no step was seen");
        return seen + " steps";
    }

    private static void relaunch(Client client, Map<String, String> environment) {
        client.quit();
        if (!client.awaitEnd(END)) {
            client.kill();
        }
        client.launch(environment);
    }

    private static long steps(Scene scene) {
        return Journal.readAll(scene.directory()).stream()
                .filter(line ->
                        line.who().equals(scene.target().name()) && line.what().equals("clock"))
                .count();
    }

    private static void set(Path file, String offset) {
        try {
            Files.writeString(file, offset + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
