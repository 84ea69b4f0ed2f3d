package dev.rollcall.cli;

import java.util.List;
import java.util.logging.LogManager;

/** What is logged: warnings without traces; with {@code --debug} all that our own classes tell; nothing between the lines of the demo. */
final class Logging {

    private Logging() {}

    /** Sets it; to be called before the first logger is made. */
    static void configure(String... args) {
        // gRPC logs through java.util.logging, which would write to standard error by itself.
        LogManager.getLogManager().reset();
        List<String> words = List.of(args);
        if (words.contains("--debug")) {
            System.setProperty("rollcall.log.level", "DEBUG");
            System.setProperty("rollcall.log.trace", "%ex{full}");
        } else if (words.contains("demo")) {
            System.setProperty("rollcall.log.level", "OFF");
        }
    }
}
