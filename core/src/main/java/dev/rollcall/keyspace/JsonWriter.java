package dev.rollcall.keyspace;

import java.util.Collection;
import java.util.Map;

/** Writes one JSON text, compact and always the same for the same fields. */
final class JsonWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(128);
    private boolean first = true;

    JsonWriter open() {
        out.append('{');
        first = true;
        return this;
    }

    JsonWriter close() {
        out.append('}');
        first = false;
        return this;
    }

    JsonWriter name(String name) {
        if (!first) {
            out.append(',');
        }
        first = false;
        text(name);
        out.append(':');
        return this;
    }

    JsonWriter field(String name, String value) {
        name(name);
        text(value);
        return this;
    }

    JsonWriter raw(String name, String json) {
        name(name);
        out.append(json);
        return this;
    }

    JsonWriter array(String name, Collection<String> values) {
        name(name);
        char before = '[';
        for (String value : values) {
            out.append(before);
            text(value);
            before = ',';
        }
        out.append(values.isEmpty() ? "[]" : "]");
        return this;
    }

    JsonWriter object(String name, Map<String, ?> values) {
        name(name).open();
        values.forEach((key, value) -> field(key, value.toString()));
        return close();
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** A value read before, written compactly; strings and numbers as they are. */
    static String plainText(Json json) {
        if (json instanceof Json.Str text) {
            return text.text();
        }
        JsonWriter writer = new JsonWriter();
        writer.any(json);
        return writer.toString();
    }

    private void any(Json json) {
        if (json instanceof Json.Obj object) {
            open();
            object.members().forEach(member -> name(member.name()).any(member.value()));
            close();
        } else if (json instanceof Json.Arr array) {
            char before = '[';
            for (Json item : array.items()) {
                out.append(before);
                any(item);
                before = ',';
            }
            out.append(array.items().isEmpty() ? "[]" : "]");
        } else if (json instanceof Json.Str string) {
            text(string.text());
        } else if (json instanceof Json.Num number) {
            out.append(number.text());
        } else if (json instanceof Json.Bool bool) {
            out.append(bool.value());
        } else {
            out.append("null");
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
