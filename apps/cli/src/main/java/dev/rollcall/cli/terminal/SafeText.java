package dev.rollcall.cli.terminal;

/**
 * Text that cannot do anything to a terminal or a log: no control characters, no escape sequences, no invisible or direction-changing ones.
 *
 * <p>What stands in the store was written by others. It is shown with such characters spelled out, as {@code \x1b} or {@code \u202e}.
 */
public final class SafeText {

    private static final int CELL = 256;
    private static final int LINE = 2000;

    private SafeText() {}

    /** A cell of a table: at most 256 characters are shown. */
    public static String cell(String text) {
        return cut(text, CELL);
    }

    /** A line of talk: at most 2000 characters are shown. */
    public static String line(String text) {
        return cut(text, LINE);
    }

    /** Whether a character may stand as it is. */
    static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static String cut(String text, int most) {
        if (text.length() <= most && text.codePoints().allMatch(SafeText::isPlain)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(Math.min(text.length(), most) + 16);
        int shown = text.length() <= most ? text.length() : text.offsetByCodePoints(0, text.codePointCount(0, most));
        text.substring(0, shown).codePoints().forEach(c -> append(safe, c));
        if (shown < text.length()) {
            safe.append("...(").append(text.length()).append(" characters)");
        }
        return safe.toString();
    }

    private static void append(StringBuilder safe, int c) {
        if (isPlain(c)) {
            safe.appendCodePoint(c);
            return;
        }
        switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default ->
                safe.append(
                        c < 0x100
                                ? String.format("\\x%02x", c)
                                : c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\u{%x}", c));
        }
    }
}
