package dev.rollcall.etcd.server.transport;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the JSON values of a text, one behind the other: maps, lists, texts, numbers ({@link BigDecimal}), booleans, null. */
final class JsonReader {
    /** Deeper than any request of etcd that makes sense, and far from the end of the stack. */
    private static final int MAX_DEPTH = 64;

    private static final int MAX_NUMBER = 40;

    /** RFC 8259, section 6. */
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:[.][0-9]++)?([eE][+-]?[0-9]++)?");

    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    /** Whether nothing but space follows. */
    boolean atEnd() {
        skipSpace();
        return at == text.length();
    }

    /**
     * The next value.
     *
     * @throws IllegalArgumentException when there is none; the message says where
     */
    @Nullable Object next() {
        return value(0);
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("exceeded max depth");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        at++;
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        skipSpace();
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':', "after object key");
            members.put(name, value(depth + 1));
            skipSpace();
            if (peek() != ',') {
                expect('}', "after object key:value pair");
                return members;
            }
            at++;
        }
    }

    private List<@Nullable Object> list(int depth) {
        at++;
        List<@Nullable Object> values = new ArrayList<>();
        skipSpace();
        if (peek() == ']') {
            at++;
            return values;
        }
        while (true) {
            values.add(value(depth + 1));
            skipSpace();
            if (peek() != ',') {
                expect(']', "after array element");
                return values;
            }
            at++;
        }
    }

    private String string() {
        expect('"', "looking for beginning of object key string");
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw wrong(c, "in string literal");
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
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
            default -> throw wrong(c, "in string escape code");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw wrong(peek(), "in \\u hexadecimal character escape");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private BigDecimal number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw wrong(peek(), "looking for beginning of value");
        }
        at = number.end();
        // A large exponent would make a number of as many digits.
        if (number.group(1) != null || number.group().length() > MAX_NUMBER) {
            throw new IllegalArgumentException("invalid number "
                    + number.group()
                            .substring(0, Math.min(MAX_NUMBER, number.group().length())));
        }
        return new BigDecimal(number.group());
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                throw wrong(peek(), "in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        return value;
    }

    private void expect(char wanted, String where) {
        if (peek() != wanted) {
            throw wrong(peek(), where);
        }
        at++;
    }

    private char peek() {
        if (at == text.length()) {
            throw new IllegalArgumentException("unexpected EOF");
        }
        return text.charAt(at);
    }

    private static IllegalArgumentException wrong(char c, String where) {
        return new IllegalArgumentException("invalid character '" + c + "' " + where);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
