package dev.rollcall.instance;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a text must be to stand in a key or a value. Messages name the field and what to do. */
final class Checks {

    static final int NAME_BYTES = 256;
    static final int TEXT_BYTES = 8192;

    private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Checks() {}

    /** A text without control characters that fits the bound and is not empty. */
    static String name(String field, String text, int maxBytes) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(field + " is empty; give it at least one character");
        }
        return text(field, text, maxBytes);
    }

    /**
     * A name that is one segment of a key.
     *
     * @param field asked for in a message only: every key and value that is read is checked
     */
    static String segment(Supplier<String> field, String text, int maxBytes) {
        if (text.isEmpty() || controlFault(text) != null) {
            name(field.get(), text, maxBytes);
        }
        value(field, text, maxBytes);
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException(field.get() + " " + quoted(text)
                    + " has a '/', which separates the parts of a key; write another character");
        }
        if (text.equals(".") || text.equals("..")) {
            throw new IllegalArgumentException(
                    field.get() + " is " + quoted(text) + ", which tools read as a directory; choose another");
        }
        return text;
    }

    /** A text without control characters that fits the bound. */
    static String text(String field, String text, int maxBytes) {
        String fault = controlFault(text);
        if (fault == null) {
            return value(field, text, maxBytes);
        }
        throw new IllegalArgumentException(field + " " + quoted(text) + " has " + fault + "; remove it");
    }

    private static String value(String field, String text, int maxBytes) {
        return value(() -> field, text, maxBytes);
    }

    /** Any text that UTF-8 can write and that fits the bound. */
    static String value(Supplier<String> field, String text, int maxBytes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(field.get() + " has half a surrogate pair at index " + i
                        + ", which UTF-8 cannot write; remove it");
            }
        }
        int bytes = text.length() <= maxBytes / 3 ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    field.get() + " is " + bytes + " bytes long, more than the " + maxBytes + " allowed; shorten it");
        }
        return text;
    }

    private static @Nullable String controlFault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7f) {
                return String.format("the control character U+%04X at index %d", (int) c, i);
            }
        }
        return null;
    }

    /** The text in quotes, {@link #harmless} and cut after 80 characters. */
    static String quoted(String text) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return "'" + harmless(shown) + "'";
    }

    /** The text with everything replaced that could move a cursor, end a line or change a direction, the control characters of C1 too. */
    static String harmless(String text) {
        return UNSHOWN.matcher(text).replaceAll("\uFFFD");
    }
}
