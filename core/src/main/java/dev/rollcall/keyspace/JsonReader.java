package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads one JSON text by RFC 8259, and nothing more: no comments, no trailing commas, no name twice in an object.
 *
 * <p>Safe with any input: size, depth and length of numbers are bounded, and all that is wrong is a {@link JsonException} with the place of the fault and
 * without the text itself.
 */
final class JsonReader {

    static final int MAX_BYTES = 1024 * 1024;
    static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER = 64;

    /** So many names are compared one by one; for more, which a stranger may write, there is a set. */
    private static final int FEW = 16;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static Json read(Bytes bytes) throws JsonException {
        if (bytes.size() > MAX_BYTES) {
            throw new JsonException("the value has " + bytes.size() + " bytes, more than " + MAX_BYTES);
        }
        if (!bytes.isUtf8()) {
            throw new JsonException("the value is not UTF-8");
        }
        JsonReader reader = new JsonReader(bytes.utf8());
        Json json = reader.value(0);
        reader.space();
        if (reader.at < reader.text.length()) {
            throw reader.fault("something follows the end");
        }
        return json;
    }

    private Json value(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw fault("nested deeper than " + MAX_DEPTH);
        }
        space();
        char c = peek();
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Str(string());
            case 't' -> word("true", new Json.Bool(true));
            case 'f' -> word("false", new Json.Bool(false));
            case 'n' -> word("null", Json.Null.NULL);
            default -> number();
        };
    }

    private Json object(int depth) throws JsonException {
        List<Json.Member> members = new ArrayList<>();
        at++;
        space();
        if (skip('}')) {
            return new Json.Obj(List.of());
        }
        Set<String> many = Set.of();
        do {
            space();
            if (peek() != '"') {
                throw fault("a name in quotes is missing");
            }
            String name = string();
            space();
            expect(':');
            Json value = value(depth + 1);
            if (members.size() == FEW) {
                many = members.stream().map(Json.Member::name).collect(Collectors.toCollection(HashSet::new));
            }
            if (members.size() < FEW ? Json.Obj.find(members, name) != null : !many.add(name)) {
                throw fault("a name stands twice in one object");
            }
            members.add(new Json.Member(name, value));
            space();
        } while (skip(','));
        expect('}');
        return new Json.Obj(Collections.unmodifiableList(members));
    }

    private Json array(int depth) throws JsonException {
        List<Json> items = new ArrayList<>();
        at++;
        space();
        if (skip(']')) {
            return new Json.Arr(List.of());
        }
        do {
            items.add(value(depth + 1));
            space();
        } while (skip(','));
        expect(']');
        return new Json.Arr(Collections.unmodifiableList(items));
    }

    private String string() throws JsonException {
        at++;
        int from = at;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (skip('"')) {
            return text.substring(from, at - 1);
        }
        StringBuilder out = new StringBuilder().append(text, from, at);
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return whole(out);
            }
            if (c < 0x20) {
                throw fault("a control character stands unescaped in a string");
            }
            out.append(c == '\\' ? escape() : c);
        }
    }

    /** Whether it stands for itself in a string. */
    private static boolean isPlain(char c) {
        return c != '"' && c != '\\' && c >= 0x20;
    }

    /** UTF-8 input has no half pairs, but escapes can write them. */
    private String whole(StringBuilder out) throws JsonException {
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            boolean paired =
                    Character.isHighSurrogate(c) && i + 1 < out.length() && Character.isLowSurrogate(out.charAt(i + 1));
            if (paired) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw fault("half a surrogate pair stands in a string");
            }
        }
        return out.toString();
    }

    private char escape() throws JsonException {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw fault("an unknown escape stands in a string");
        };
    }

    private char unicode() throws JsonException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw fault("four hexadecimal digits must follow \\u");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private Json number() throws JsonException {
        int from = at;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            digits();
        }
        if (at - from > MAX_NUMBER) {
            throw fault("a number has more than " + MAX_NUMBER + " characters");
        }
        return new Json.Num(text.substring(from, at));
    }

    private void digits() throws JsonException {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw fault("no JSON value begins here");
        }
    }

    private Json word(String word, Json meaning) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw fault("no JSON value begins here");
        }
        at += word.length();
        return meaning;
    }

    private void space() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private char peek() throws JsonException {
        if (at >= text.length()) {
            throw fault("the text ends too early");
        }
        return text.charAt(at);
    }

    private boolean skip(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) throws JsonException {
        if (!skip(wanted)) {
            throw fault("a '" + wanted + "' is missing");
        }
    }

    private JsonException fault(String what) {
        return new JsonException("not JSON: " + what + ", at character " + at);
    }
}
