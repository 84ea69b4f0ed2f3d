package dev.rollcall.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.LogManager;

/** What is logged: warnings without traces; with {@code --debug} all that our own classes tell; nothing between the lines of the demo. */
final class Logging {

    /** The property with the level of our own classes; set in every process of the command. */
    static final String LEVEL = "rollcall.log.level";

    /** The property that is true where stack traces are shown. */
    static final String TRACES = "rollcall.log.traces";

    private Logging() {}

    /** Sets it; to be called before the first logger is made. */
    static void configure(String... args) {
        // gRPC logs through java.util.logging, which would write to standard error by itself.
        LogManager.getLogManager().reset();
        List<String> words = List.of(args);
        System.setProperty(TRACES, Boolean.toString(words.contains("--debug")));
        System.setProperty(LEVEL, level(words));
    }

    private static String level(List<String> words) {
        if (words.contains("--debug")) {
            return "DEBUG";
        }
        if (words.contains("serve")) {
            return serverLevel(words).flatMap(Logging::level).orElse("WARN");
        }
        return words.contains("demo") ? "OFF" : "WARN";
    }

    /** The level that etcd's word means; it is looked for before options are read, as loggers are made then. */
    static Optional<String> level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "debug", "info", "warn", "error" -> Optional.of(word.toUpperCase(Locale.ROOT));
            case "panic", "fatal" -> Optional.of("ERROR");
            default -> Optional.empty();
        };
    }

    private static Optional<String> serverLevel(List<String> words) {
        String option = "--log-level";
        Optional<String> joined = words.stream()
                .filter(word -> word.startsWith(option + "="))
                .map(word -> word.substring(option.length() + 1))
                .findFirst();
        int at = words.indexOf(option);
        if (joined.isPresent() || at < 0 || at + 1 == words.size()) {
            return joined.or(() -> Optional.ofNullable(System.getenv("ETCD_LOG_LEVEL")));
        }
        return Optional.of(words.get(at + 1));
    }
}
