package dev.rollcall.etcd.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a test to leaving nothing behind: no watch and no lease on the etcd, no thread of Rollcall in this JVM. */
final class LeakCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String OURS = "rollcall-";
    private static final List<String> OF_THE_TESTKIT = List.of("rollcall-testkit-", "rollcall-etcd-server-");

    private final TestEtcd etcd;
    private final Set<Thread> threadsBefore;
    private final Set<Long> leasesBefore;
    private final int watchesBefore;

    private LeakCheck(TestEtcd etcd, Set<Thread> threadsBefore) {
        this.etcd = etcd;
        this.threadsBefore = threadsBefore;
        this.leasesBefore = etcd.liveLeases();
        this.watchesBefore = etcd.openWatches();
    }

    /** Remembers what there is before the test. */
    static LeakCheck begin(TestEtcd etcd) {
        return new LeakCheck(etcd, ourThreads().collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Waits 3 s at most until everything that the test brought is gone.
     *
     * @throws AssertionError if something is left: it says what, a thread with its stack
     */
    void verify() {
        if (!Await.until(PATIENCE, () -> leaks().isEmpty())) {
            List<String> leaks = leaks();
            if (!leaks.isEmpty()) {
                throw new AssertionError(
                        PATIENCE.toSeconds() + " s after the test these are left:\n" + String.join("\n", leaks)
                                + "\nClose what the test opened, or opt out with EtcdExtension.withoutLeakCheck().");
            }
        }
    }

    private List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        ourThreads()
                .filter(t -> !threadsBefore.contains(t))
                .map(LeakCheck::describe)
                .forEach(leaks::add);
        etcd.liveLeases().stream()
                .filter(id -> !leasesBefore.contains(id))
                .map(id -> "lease " + Long.toHexString(id))
                .forEach(leaks::add);
        int watches = etcd.openWatches() - watchesBefore;
        if (watches > 0) {
            leaks.add(watches + (watches == 1 ? " watch" : " watches"));
        }
        return leaks;
    }

    private static Stream<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith(OURS))
                .filter(t -> OF_THE_TESTKIT.stream().noneMatch(t.getName()::startsWith));
    }

    private static String describe(Thread thread) {
        String stack = Stream.of(thread.getStackTrace())
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
        return "thread " + thread.getName() + " (" + thread.getState() + ")" + stack;
    }
}
