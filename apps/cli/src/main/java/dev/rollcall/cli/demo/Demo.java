package dev.rollcall.cli.demo;

import dev.rollcall.Rollcall;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.etcd.Get;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The storyboard: each chapter does something to the cast, waits for what the roster must say of it, and keeps the figure for the end. */
final class Demo implements AutoCloseable {

    private static final List<String> SERVICES = List.of("user", "order", "mail");
    private static final List<String> FIRST = List.of("user-1", "user-2", "user-3", "order-1", "order-2", "mail-1");
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final Duration AWAY = Duration.ofSeconds(1);

    private final Console console;
    private final Story story;
    private final Cast cast = new Cast();
    private final Roster roster;
    private final boolean ownServer;
    private final Map<String, String> figures = new LinkedHashMap<>();
    private final TreeSet<String> alive = new TreeSet<>();
    private final Map<String, ServiceView> views = new LinkedHashMap<>();
    private Scene scene;
    private @Nullable Rollcall rollcall;
    private @Nullable ChildProcess server;
    private Caller caller = new Caller(Map.of());

    /** A demo on the given etcd, or on a server of its own where none is given. */
    Demo(Console console, List<String> endpoints) {
        this.console = console;
        this.story = new Story(console);
        this.roster = new Roster(story);
        this.ownServer = endpoints.isEmpty();
        this.scene = new Scene(
                endpoints,
                ownServer ? "" : "rollcall-demo-" + ProcessHandle.current().pid());
    }

    void play() {
        try {
            tell();
        } catch (RuntimeException e) {
            if (!(e instanceof Stopped)) {
                cast.lastWords().forEach(console::say);
            }
            throw e;
        }
    }

    private void tell() {
        story.title("Rollcall in half a minute: three services, seven processes, one store.");
        openTheStore();
        everybodyComes();
        callsGoRound();
        oneChanges();
        oneIsKilled();
        oneIsStopped();
        oneComes();
        theStoreIsLost();
        summary();
    }

    private void openTheStore() {
        if (ownServer) {
            story.chapter("A store: our own etcd-compatible server, empty");
            ChildProcess started = cast.startServer("http://127.0.0.1:0");
            server = started;
            story.expect(
                    "the server to serve", START, () -> Cast.address(started).isPresent());
            scene = new Scene(List.of(Cast.address(started).orElseThrow()), "");
            story.tell("serves at " + scene.endpoints().get(0) + ", process " + started.pid());
        } else {
            story.chapter("A store: the etcd at " + String.join(", ", scene.endpoints()));
            story.tell("keys go below " + scene.prefix() + "/ and are gone at the end");
        }
    }

    private void everybodyComes() {
        story.chapter("Six processes start and register themselves; nobody tells us, we follow the three services");
        Rollcall connected = scene.connect();
        rollcall = connected;
        connected.etcd().cluster().status();
        Map<String, Picker> pickers = new LinkedHashMap<>();
        for (String service : SERVICES) {
            ServiceView view = connected.discover(service, roster);
            views.put(service, view);
            pickers.put(service, PickStrategy.roundRobin().over(view));
        }
        caller = new Caller(pickers);
        int from = roster.size();
        FIRST.forEach(this::start);
        FIRST.forEach(id -> story.expect(
                id + " to come up",
                START,
                () -> roster.find(Roster.Kind.UP, id, from).isPresent()));
    }

    private void callsGoRound() {
        story.chapter("We call them over HTTP; a round-robin picker says whom");
        callEveryoneThrice();
    }

    private void oneChanges() {
        story.chapter("user-2 changes its weight and version in place: same key, never gone");
        int from = roster.size();
        roster.mark("user-2", "the order");
        cast.worker("user-2").order("update 250 1.1");
        story.expect(
                "user-2 to change",
                SOON,
                () -> roster.find(Roster.Kind.CHANGED, "user-2", from).isPresent());
        story.check("nobody to go down by an update", roster.count(Roster.Kind.DOWN, from) == 0);
        figures.put("order to change seen", since("user-2", Roster.Kind.CHANGED, from));
    }

    private void oneIsKilled() {
        story.chapter("user-3 is killed with kill -9: it says nothing, its lease of 3 s runs out");
        int from = roster.size();
        roster.mark("user-3", "the kill");
        story.tell("kill -9 " + cast.worker("user-3").pid());
        cast.worker("user-3").kill();
        story.expect(
                "user-3 to go down",
                Scene.LEASE.plus(SOON),
                () -> roster.find(Roster.Kind.DOWN, "user-3", from).isPresent());
        alive.remove("user-3");
        figures.put("kill -9 to down", since("user-3", Roster.Kind.DOWN, from));
    }

    private void oneIsStopped() {
        story.chapter("order-2 is stopped politely: it deregisters, and is down at once");
        int from = roster.size();
        roster.mark("order-2", "the order");
        cast.worker("order-2").order("stop");
        story.expect(
                "order-2 to go down",
                SOON,
                () -> roster.find(Roster.Kind.DOWN, "order-2", from).isPresent());
        alive.remove("order-2");
        figures.put("stop to down", since("order-2", Roster.Kind.DOWN, from));
    }

    private void oneComes() {
        story.chapter("user-4 starts, and gets its share of the calls");
        int from = roster.size();
        start("user-4");
        story.expect(
                "user-4 to come up",
                START,
                () -> roster.find(Roster.Kind.UP, "user-4", from).isPresent());
        figures.put("start of a JVM to up", since("user-4", Roster.Kind.UP, from));
        callEveryoneThrice();
    }

    private void theStoreIsLost() {
        if (!ownServer || server == null) {
            story.chapter("The store dies and comes back empty: skipped, as this etcd is not ours to kill");
            return;
        }
        story.chapter("The store dies (kill -9) and comes back empty; we go on calling");
        int from = roster.size();
        int answered = caller.answered();
        long epoch = views.values().iterator().next().snapshot().epoch();
        story.tell("kill -9 " + server.pid());
        server.kill();
        Stopwatch away = Stopwatch.start();
        callUntil("", AWAY.plusSeconds(1), () -> away.elapsed().compareTo(AWAY) >= 0);
        story.tell("still known: " + known());
        ChildProcess again = cast.startServer(scene.endpoints().get(0));
        callUntil("the server to serve again", START, () -> Cast.address(again).isPresent());
        String gone = Stopwatch.seconds(away.elapsed(), 1) + " s";
        story.tell("serves again, and knows nobody; it was gone for " + gone);
        Stopwatch back = Stopwatch.start();
        callUntil("everyone to be back in the store", BACK, () -> everybodyIsBack(epoch));
        String time = Stopwatch.seconds(back.elapsed(), 2) + " s";
        story.tell("everyone is back: " + known());
        story.tell((caller.answered() - answered) + " calls meanwhile, " + caller.failed() + " failed, shown as down: "
                + roster.count(Roster.Kind.DOWN, from));
        story.check("nobody to be shown as down while the store was lost", roster.count(Roster.Kind.DOWN, from) == 0);
        story.check("no call to fail while the store was lost", caller.failed() == 0);
        figures.put("store gone", gone + ", shown as down meanwhile: 0");
        figures.put("store back to everyone back", time);
    }

    private void summary() {
        story.heading("What was seen");
        figures.put("calls", caller.answered() + " answered, " + caller.failed() + " failed");
        figures.put(
                "told by discovery",
                roster.count(Roster.Kind.UP, 0) + " up, " + roster.count(Roster.Kind.CHANGED, 0) + " changed, "
                        + roster.count(Roster.Kind.DOWN, 0) + " down");
        figures.put("time", Stopwatch.seconds(story.now(), 1) + " s");
        figures.forEach(story::figure);
        story.heading("All as it should be.");
    }

    void stay() {
        story.tell("staying until Ctrl-C; try, in another terminal:");
        String where = " --endpoints " + String.join(",", scene.endpoints())
                + (scene.prefix().isEmpty() ? "" : " --prefix " + scene.prefix());
        story.tell("./rollcall services" + where);
        story.tell("./rollcall discover --watch user" + where);
        console.stop().await();
    }

    private void start(String id) {
        roster.mark(id, "its start");
        ChildProcess worker = cast.startWorker(id, scene);
        alive.add(id);
        story.tell("starts " + id + ", process " + worker.pid());
    }

    private void callEveryoneThrice() {
        for (String service : SERVICES) {
            List<String> members = alive.stream()
                    .filter(id -> Cast.service(id).equals(service))
                    .toList();
            Map<String, Integer> answers = caller.call(service, 3 * members.size());
            story.tell(service + ": "
                    + answers.entrySet().stream()
                            .map(answer -> answer.getKey() + " answered " + answer.getValue() + " times")
                            .collect(Collectors.joining(", ")));
            members.forEach(id -> story.check("three answers from " + id, answers.getOrDefault(id, 0) == 3));
        }
    }

    /** Calls all services round and round until something holds. */
    private void callUntil(String what, Duration bound, BooleanSupplier condition) {
        story.expect(what, bound, () -> {
            SERVICES.forEach(service -> caller.call(service, 1));
            return condition.getAsBoolean();
        });
    }

    /** Whether the new store has all of them, and every view shows what the new store has, with nothing held back. */
    private boolean everybodyIsBack(long epoch) {
        for (ServiceView view : views.values()) {
            Snapshot snapshot = view.snapshot();
            if (snapshot.epoch() == epoch
                    || snapshot.freshness() != Freshness.LIVE
                    || !snapshot.held().isEmpty()) {
                return false;
            }
        }
        Rollcall connected = Objects.requireNonNull(rollcall);
        return connected.etcd().kv().get(Get.prefix("services/").counting()).count() == alive.size();
    }

    private String known() {
        List<String> ids = new ArrayList<>();
        views.values()
                .forEach(view -> view.snapshot()
                        .instances()
                        .forEach(it -> ids.add(it.instance().id())));
        return ids.size() + " instances (" + String.join(" ", ids) + ")";
    }

    private String since(String id, Roster.Kind kind, int from) {
        return roster.find(kind, id, from)
                .map(line -> Roster.human(line.after()))
                .orElse("never");
    }

    @Override
    public void close() {
        roster.hush();
        cast.close();
        if (rollcall != null) {
            rollcall.close();
        }
    }
}
