package dev.rollcall.nemesis;

import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.history.Monotonic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;

/** What happens to the processes and the data of a store. */
final class StoreFaults {

    private static final Duration BREATH = Duration.ofMillis(700);
    private static final int FURTHER = 40;

    private StoreFaults() {}

    static List<FaultKind> all() {
        return List.of(
                new FaultKind("member-kill", Scope.STORE, false, StoreFaults::several, s -> kill(s, Scene::follower)),
                new FaultKind(
                        "leader-kill", Scope.STORE, false, StoreFaults::several, s -> kill(s, StoreFaults::leader)),
                new FaultKind("store-kill", Scope.STORE, false, s -> true, StoreFaults::killAll),
                new FaultKind("member-pause", Scope.STORE, false, StoreFaults::several, s -> pause(s, Scene::follower)),
                new FaultKind(
                        "leader-pause", Scope.STORE, true, StoreFaults::several, s -> pause(s, StoreFaults::leader)),
                new FaultKind("store-pause", Scope.STORE, true, s -> true, StoreFaults::pauseAll),
                new FaultKind("rolling-restart", Scope.STORE, false, StoreFaults::several, StoreFaults::rollingRestart),
                new FaultKind("wipe", Scope.STORE, true, s -> true, StoreFaults::wipe),
                new FaultKind("wipe-and-outrun", Scope.STORE, true, s -> true, StoreFaults::wipeAndOutrun),
                new FaultKind("snapshot-restore", Scope.STORE, true, Store::keepsData, StoreFaults::restore));
    }

    static boolean several(Store store) {
        return store.endpoints().size() > 1;
    }

    private static int leader(Scene scene) {
        return scene.store().leader();
    }

    private static String kill(Scene scene, ToIntFunction<Scene> choice) {
        int member = choice.applyAsInt(scene);
        scene.store().kill(member);
        boolean dead = !scene.store().running(member);
        scene.last();
        scene.store().start(member);
        VoidFault.unless(dead, "member " + member + " lived on");
        return "member " + member + " was dead";
    }

    private static String killAll(Scene scene) {
        scene.away(() -> {
            scene.store().killAll();
            scene.last();
        });
        boolean answered = scene.answers(0);
        scene.store().startAll();
        VoidFault.unless(!answered, "the store answered");
        return "no answer while it was dead";
    }

    private static String pause(Scene scene, ToIntFunction<Scene> choice) {
        int member = choice.applyAsInt(scene);
        scene.store().pause(member);
        boolean answered = scene.answers(member);
        scene.last();
        scene.store().resume(member);
        VoidFault.unless(!answered, "member " + member + " answered");
        return "no answer of member " + member;
    }

    private static String pauseAll(Scene scene) {
        boolean[] answered = new boolean[1];
        scene.away(() -> {
            for (int i = 0; i < scene.members(); i++) {
                scene.store().pause(i);
            }
            answered[0] = scene.answers(0);
            scene.last();
        });
        for (int i = 0; i < scene.members(); i++) {
            scene.store().resume(i);
        }
        VoidFault.unless(!answered[0], "the store answered");
        return "no answer while it was frozen";
    }

    private static String rollingRestart(Scene scene) {
        int dead = 0;
        for (int i = 0; i < scene.members(); i++) {
            scene.store().kill(i);
            dead += scene.store().running(i) ? 0 : 1;
            Monotonic.sleep(BREATH);
            scene.store().start(i);
            Monotonic.sleep(BREATH);
        }
        VoidFault.unless(dead == scene.members(), "only " + dead + " died");
        return dead + " members in turn";
    }

    private static String wipe(Scene scene) {
        long before = scene.log().seen();
        scene.anotherEpoch(false, () -> scene.store().wipe());
        long after = scene.ask(Wire::head);
        scene.last();
        VoidFault.unless(after < before, "revision " + after + " after " + before);
        return "revision " + before + " -> " + after;
    }

    /** The clients are kept out until others have written more than was ever there. */
    private static String wipeAndOutrun(Scene scene) {
        long before = scene.log().seen();
        long[] after = new long[2];
        scene.proxies().forEach(proxy -> {
            proxy.refuse();
            proxy.resetAll();
        });
        scene.anotherEpoch(false, () -> scene.store().wipe());
        after[0] = scene.ask(Wire::head);
        after[1] = scene.ask(wire -> {
            while (wire.head() <= before + FURTHER) {
                for (int i = 0; i < FURTHER; i++) {
                    wire.put("noise/" + i, "outrun");
                }
            }
            return wire.head();
        });
        scene.proxies().forEach(proxy -> proxy.heal());
        scene.last();
        VoidFault.unless(after[0] < before && after[1] > before, "revision " + before + " -> " + after[1]);
        return "revision " + before + " -> " + after[0] + " -> " + after[1];
    }

    private static String restore(Scene scene) {
        Path file = scene.directory().resolve("snapshot-" + scene.log().epoch());
        scene.store().saveSnapshot(file);
        scene.last();
        long before = scene.log().seen();
        scene.anotherEpoch(true, () -> scene.store().restoreSnapshot(file));
        long after = scene.ask(Wire::head);
        VoidFault.unless(after < before, "revision " + after + " after " + before);
        return "revision " + before + " -> " + after;
    }
}
