package dev.rollcall.internal;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/** A line of a log in which keys, values or texts of others may stand: 256 characters at most, none of which is a control character. */
public final class LogLine {

    private static final int MOST_CHARACTERS = 256;
    private static final String CUT = "...";
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private LogLine() {}

    /** The line, with the arguments in the places of the braces, as SLF4J does it. */
    public static String of(String format, @Nullable Object... arguments) {
        String line = MessageFormatter.arrayFormat(format, arguments).getMessage();
        String shown =
                line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS - CUT.length()) + CUT;
        return CONTROL.matcher(shown).replaceAll("\uFFFD");
    }
}
