package dev.rollcall.cli.terminal;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A JSON object on one line, fields in the order they were added.
 *
 * <p>Exact, and safe on a terminal all the same: characters that {@link SafeText} would not show are written as unicode escapes.
 */
public final class Json {

    private final StringBuilder fields = new StringBuilder();

    private Json() {}

    /** An empty object. */
    public static Json object() {
        return new Json();
    }

    /** Adds a text. */
    public Json text(String name, String value) {
        return raw(name, quote(value));
    }

    /** Adds a text if there is one. */
    public Json text(String name, Optional<String> value) {
        value.ifPresent(present -> text(name, present));
        return this;
    }

    /** Adds a whole number. */
    public Json number(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /** Adds a number of seconds to the millisecond. */
    public Json seconds(String name, Duration value) {
        return raw(name, Stopwatch.seconds(value, 3));
    }

    /** Adds a truth. */
    public Json flag(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /** Adds a list of texts. */
    public Json texts(String name, Collection<String> values) {
        return raw(name, values.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")));
    }

    /** Adds an object of texts. */
    public Json texts(String name, Map<String, String> values) {
        Json inner = object();
        values.forEach(inner::text);
        return object(name, inner);
    }

    /** Adds an object. */
    public Json object(String name, Json value) {
        return raw(name, value.toString());
    }

    private Json raw(String name, String value) {
        if (fields.length() > 0) {
            fields.append(',');
        }
        fields.append(quote(name)).append(':').append(value);
        return this;
    }

    @Override
    public String toString() {
        return "{" + fields + "}";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (SafeText.isPlain(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        for (char unit : Character.toChars(c)) {
                            quoted.append(String.format("\\u%04x", (int) unit));
                        }
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
