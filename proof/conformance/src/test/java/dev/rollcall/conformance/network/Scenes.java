package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;

/** Several tests that mostly wait, at the same time. Each has a store or at least proxies and keys of its own. */
final class Scenes {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** One of them. */
    @FunctionalInterface
    interface Scene {
        /** Plays it, and asserts. */
        void play() throws Exception;
    }

    private final Map<String, Scene> scenes = new LinkedHashMap<>();

    /** Adds one. */
    Scenes with(String name, Scene scene) {
        scenes.put(name, scene);
        return this;
    }

    /** Starts all; each test waits for its own. The last asserts that none of them left a thread. */
    Stream<DynamicTest> together() {
        List<Thread> before = ourThreads();
        ExecutorService players = Executors.newFixedThreadPool(scenes.size());
        Map<String, Future<?>> playing = new LinkedHashMap<>();
        scenes.forEach((name, scene) -> playing.put(name, players.submit(() -> {
            scene.play();
            return name;
        })));
        players.shutdown();
        Stream<DynamicTest> results = playing.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> end(each.getValue())));
        return Stream.concat(
                results,
                Stream.of(DynamicTest.dynamicTest(
                        "no thread is left after 3 s",
                        () -> Awaitility.await()
                                .atMost(Duration.ofSeconds(3))
                                .untilAsserted(() -> assertThat(ourThreads()).isSubsetOf(before)))));
    }

    private static void end(Future<?> scene) throws Exception {
        try {
            scene.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private static List<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rollcall-"))
                .filter(thread -> !thread.getName().startsWith("rollcall-testkit-")
                        && !thread.getName().startsWith("rollcall-etcd-server-"))
                .toList();
    }
}
