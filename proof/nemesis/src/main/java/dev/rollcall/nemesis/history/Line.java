package dev.rollcall.nemesis.history;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a history.
 *
 * @param at when, by the host's monotonic clock, in nanoseconds
 * @param who which process: {@code store}, {@code nemesis}, or the name of a client
 * @param what what happened, in one word
 * @param fields everything else
 */
public record Line(long at, String who, String what, Map<String, String> fields) {

    private static final int HEX = 16;

    /** Copies the fields, in their order. */
    public Line {
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A line from names and values in turn. */
    public static Line of(long at, String who, String what, Object... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), String.valueOf(namesAndValues[i + 1]));
        }
        return new Line(at, who, what, fields);
    }

    /** A field; empty where it is missing. */
    public String text(String name) {
        return fields.getOrDefault(name, "");
    }

    /** A field that is a number; 0 where it is missing. */
    public long number(String name) {
        String text = text(name);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** Whether a field says {@code true}. */
    public boolean is(String name) {
        return text(name).equals("true");
    }

    /** As one line of JSON: an object of strings, but for the time. */
    public String json() {
        StringBuilder out = new StringBuilder(200).append("{\"at\":").append(at);
        append(out, "who", who);
        append(out, "what", what);
        fields.forEach((name, value) -> append(out, name, value));
        return out.append('}').toString();
    }

    private static void append(StringBuilder out, String name, String value) {
        out.append(',');
        quote(out, name);
        out.append(':');
        quote(out, value);
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException where it is anything else, such as a line cut short by the end of its writer
     */
    public static Line parse(String json) {
        return new Reader(json).line();
    }

    @Override
    public String toString() {
        return json();
    }

    private static final class Reader {

        private final String text;
        private int next;

        Reader(String text) {
            this.text = text;
        }

        Line line() {
            skip("{\"at\":");
            int begin = next;
            while (next < text.length() && text.charAt(next) != ',') {
                next++;
            }
            long at = Long.parseLong(text.substring(begin, next));
            Map<String, String> fields = new LinkedHashMap<>();
            while (peek() == ',') {
                next++;
                String name = string();
                skip(":");
                fields.put(name, string());
            }
            skip("}");
            String who = fields.remove("who");
            String what = fields.remove("what");
            if (who == null || what == null) {
                throw new IllegalArgumentException("no line of a history: " + text);
            }
            return new Line(at, who, what, fields);
        }

        private char peek() {
            if (next >= text.length()) {
                throw new IllegalArgumentException("the line is cut short: " + text);
            }
            return text.charAt(next);
        }

        private void skip(String expected) {
            if (!text.startsWith(expected, next)) {
                throw new IllegalArgumentException("no " + expected + " at " + next + " of " + text);
            }
            next += expected.length();
        }

        private String string() {
            skip("\"");
            StringBuilder out = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(next++);
                if (c == '\\') {
                    char escaped = peek();
                    next++;
                    if (escaped == 'u') {
                        c = (char) Integer.parseInt(text, next, next + 4, HEX);
                        next += 4;
                    } else {
                        c = escaped;
                    }
                }
                out.append(c);
            }
            next++;
            return out.toString();
        }
    }
}
