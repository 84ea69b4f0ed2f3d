package dev.rollcall.internal;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * A line of a log in which keys, values or texts of others may stand: 256 characters at most, all of
 * which can be seen: no control characters, none that turn or hide what stands beside them, no halves of others.
 */
public final class LogLine {

    private static final int MOST_CHARACTERS = 256;
    private static final String CUT = "...";
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private LogLine() {}

    /** The line, with the arguments in the places of the braces, as SLF4J does it. */
    public static String of(String format, @Nullable Object... arguments) {
        String line = MessageFormatter.arrayFormat(format, arguments).getMessage();
        return UNSEEN.matcher(line.length() <= MOST_CHARACTERS ? line : cut(line))
                .replaceAll("\uFFFD");
    }

    private static String cut(String line) {
        int end = MOST_CHARACTERS - CUT.length();
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
