package dev.rollcall.nemesis;

import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.Plan.Planned;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** One store, its clients, and some faults, from the first start to the last word. Leaves its journals behind; judges nothing. */
final class Round {

    private static final Duration BEGIN = Duration.ofSeconds(90);
    private static final Duration CALM = Duration.ofMillis(1_200);
    private static final Duration BUSY_AGAIN = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofSeconds(40);
    private static final Duration AUDIT = Duration.ofSeconds(75);
    private static final Duration LEASES_GONE = Duration.ofSeconds(10);
    /** Changes that must come through in a second before a fault may count. */
    private static final int BUSY = 3;

    private final Path directory;
    private final Journal journal;
    private final Store store;
    private final StoreLog log;
    private final Recorder recorder;
    private final Cast cast;
    private final List<FaultKind> kinds;
    private final AtomicInteger faults = new AtomicInteger();
    private final ExecutorService hands = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "nemesis-hand");
        thread.setDaemon(true);
        return thread;
    });

    Round(Path directory, Journal journal, Store store, List<FaultKind> kinds, boolean small) {
        this.directory = directory;
        this.journal = journal;
        this.store = store;
        this.kinds = kinds.stream().filter(kind -> kind.possible().test(store)).toList();
        this.log = new StoreLog(journal);
        this.recorder = new Recorder(store, log, journal);
        this.cast = new Cast(directory, journal, store, small);
    }

    /** Plays it: faults as the seed says, until so many were begun or the time is over. */
    void play(long seed, int most, Duration time) {
        journal.note("round", "seed", seed, "store", store.endpoints().size(), "forgetful", store.forgetful());
        try {
            recorder.beginEpoch(false);
            recorder.start();
            cast.all().forEach(Client::launch);
            if (!Monotonic.await(BEGIN, () -> cast.disagreements(log).isEmpty())) {
                journal.note("void", "reason", "did not begin: " + cast.disagreements(log));
                return;
            }
            try (Traffic traffic = new Traffic(store, cast.registrants(), seed)) {
                traffic.start();
                suffer(new Plan(seed, kinds), most, Monotonic.nanos() + time.toNanos());
                journal.note("calm");
                // What acts on until the end of traffic is not told from what the faults did.
                Monotonic.sleep(CALM);
            }
            settle();
        } finally {
            hands.shutdownNow();
            recorder.close();
            cast.close();
        }
    }

    private void suffer(Plan plan, int most, long until) {
        while (faults.get() < most && Monotonic.nanos() - until < 0) {
            if (busyAgain()) {
                List<CompletableFuture<Void>> acting = new ArrayList<>();
                for (Planned planned : plan.next()) {
                    acting.add(CompletableFuture.runAsync(() -> act(planned), hands));
                }
                acting.forEach(CompletableFuture::join);
            } else if (!store.running(0)) {
                return;
            }
            Monotonic.sleep(CALM);
        }
    }

    /** Waits until changes come through again; a fault on an idle store proves nothing. */
    private boolean busyAgain() {
        long[] before = {log.events(), Monotonic.nanos()};
        boolean busy = Monotonic.await(BUSY_AGAIN, () -> {
            if (log.events() - before[0] >= BUSY) {
                return true;
            }
            if (Monotonic.nanos() - before[1] > 1_000_000_000L) {
                before[0] = log.events();
                before[1] = Monotonic.nanos();
            }
            return false;
        });
        if (!busy) {
            journal.note("idle", "events", log.events());
        }
        return busy;
    }

    private void act(Planned planned) {
        FaultKind kind = planned.kind();
        List<Client> targets = targets(planned);
        int id = faults.incrementAndGet();
        String names = kind.scope() == Scope.STORE || kind.scope() == Scope.DATA
                ? "*"
                : String.join(" ", targets.stream().map(Client::base).toList());
        journal.note(
                "fault",
                "id",
                id,
                "kind",
                kind.name(),
                "scope",
                kind.scope(),
                "lapses",
                kind.mayLapse(),
                "clients",
                names,
                "millis",
                planned.length().toMillis());
        Scene scene =
                new Scene(store, log, recorder, journal, directory, targets, planned.length(), Dice.of(planned.seed()));
        try {
            String evidence = kind.action().act(scene);
            journal.note("healed", "id", id, "kind", kind.name(), "done", true, "evidence", evidence);
        } catch (VoidFault e) {
            journal.note(
                    "healed", "id", id, "kind", kind.name(), "done", false, "evidence", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            journal.note("healed", "id", id, "kind", kind.name(), "done", false, "evidence", "failed: " + e);
            journal.note("void", "reason", "the nemesis failed: " + e);
        }
    }

    private List<Client> targets(Planned planned) {
        return switch (planned.kind().scope()) {
            case STORE, DATA -> cast.all();
            case REGISTRANT -> one(cast.registrants(), planned.target());
            case CONSUMER -> one(cast.consumers(), planned.target());
            case NETWORK ->
                planned.everybody() || planned.kind().name().equals("net-lose-member")
                        ? cast.all()
                        : one(cast.all(), planned.target() + (int) Math.floorMod(planned.seed(), 4L));
        };
    }

    private static List<Client> one(List<Client> of, int number) {
        return List.of(of.get(number % of.size()));
    }

    /** Waits until all agree, then lets all end. */
    private void settle() {
        journal.note("healing");
        long begun = Monotonic.nanos();
        boolean agreed = Monotonic.await(SETTLE, () -> cast.disagreements(log).isEmpty());
        if (!agreed && store.forgetful()) {
            journal.note("unsettled", "what", cast.disagreements(log));
            agreed = Monotonic.await(AUDIT, () -> cast.disagreements(log).isEmpty());
        }
        journal.note(
                "settled",
                "agreed",
                agreed,
                "millis",
                (Monotonic.nanos() - begun) / 1_000_000,
                "epoch",
                log.epoch(),
                "rev",
                log.seen(),
                "left",
                agreed ? "" : cast.disagreements(log));
        journal.note(
                "leases",
                "when",
                "open",
                "count",
                lastingLeases(cast.registrants().size()));
        List<String> stuck = cast.quit();
        journal.note("leases", "when", "closed", "count", lastingLeases(0), "stuck", String.join(" ", stuck));
    }

    /** Counts until there are no more than that: the lease of a process that is gone, or of a grant whose answer was lost, runs out. What lasts has leaked. */
    private long lastingLeases(int most) {
        long[] counted = {-1};
        Monotonic.await(LEASES_GONE, () -> {
            long now = leases();
            counted[0] = now < 0 ? counted[0] : now;
            return now >= 0 && now <= most;
        });
        return counted[0];
    }

    private long leases() {
        try (Wire wire = new Wire(store.endpoints().get(0), store.password(), Duration.ofSeconds(3))) {
            return wire.leases()
                    .leaseLeases(dev.rollcall.etcd.proto.LeaseLeasesRequest.getDefaultInstance())
                    .getLeasesCount();
        } catch (io.grpc.StatusRuntimeException e) {
            return -1;
        }
    }
}
