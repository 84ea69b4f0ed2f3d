package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Failure;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as etcd's options take them: {@code 1h30m}, {@code 500ms}. */
final class GoTime {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private GoTime() {}

    /** Reads a duration; the name is that of the option, for the error. */
    static Duration parse(String name, String text) {
        if (!FORM.matcher(text).matches()) {
            throw Failure.usage(name + ": '" + text + "' is no time; write it like 500ms, 30m or 1h30m");
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofHours(number);
                    });
        }
        return sum;
    }
}
