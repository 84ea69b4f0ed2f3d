package dev.rollcall.nemesis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The library that lies to a client about the wall clock, where there is one: {@code NEMESIS_FAKETIME} names it. */
final class FakeClock {

    private FakeClock() {}

    static boolean present() {
        return !library().isEmpty() && Files.exists(Path.of(library()));
    }

    private static String library() {
        String named = System.getenv("NEMESIS_FAKETIME");
        return named == null ? "" : named;
    }

    /** What a client finds in its environment whose clock is as wrong as the file says. Monotonic time stays true. */
    static Map<String, String> environment(Path file) {
        return Map.of(
                "LD_PRELOAD",
                library(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1");
    }
}
