package dev.rollcall.fuzz;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a target found not to hold. */
public final class Property extends AssertionError {

    private static final long serialVersionUID = 1L;

    private Property(String message) {
        super(message);
    }

    /** Throws where it does not hold. */
    public static void holds(boolean condition, Supplier<String> otherwise) {
        if (!condition) {
            throw new Property(otherwise.get());
        }
    }

    /** Throws where two differ. */
    public static void same(@Nullable Object expected, @Nullable Object actual) {
        holds(Objects.equals(expected, actual), () -> "not the same: " + expected + " and " + actual);
    }

    /** Throws where a text for people has a control character, or is longer than the bound. */
    public static void printable(String text, int most) {
        holds(text.chars().noneMatch(Character::isISOControl), () -> "control characters in: " + Escaped.write(text));
        holds(text.length() <= most, () -> "a text of " + text.length() + " characters: " + text.substring(0, most));
    }
}
