package dev.rollcall.instance;

/**
 * Which life of an instance: one registration, from its beginning to its end, however often its key is lost and written anew meanwhile. Whoever registers the
 * same instance after it, be it the same process, is another incarnation.
 *
 * <p>A value of Rollcall names it. Where none is named (in the plain format, in values of other programs and of Rollcall before it had this name) the life of the
 * key stands for it, which ends where the key goes.
 *
 * @param name as the value says it, without control characters, 128 bytes of UTF-8 at most; or {@code @} and the revision that created the key
 */
public record Incarnation(String name) {

    private static final int MOST_BYTES = 128;
    private static final String BY_KEY = "@";

    /** Checks the name. */
    public Incarnation {
        Checks.name("the incarnation", name, MOST_BYTES);
    }

    /**
     * An incarnation that has a name.
     *
     * @throws IllegalArgumentException if it cannot be one, or begins with {@code @}
     */
    public static Incarnation named(String name) {
        if (name.startsWith(BY_KEY)) {
            throw new IllegalArgumentException("the incarnation begins with '@', as only those without a name do");
        }
        return new Incarnation(name);
    }

    /** The incarnation of an instance whose value names none. */
    public static Incarnation ofKey(long createRevision) {
        return new Incarnation(BY_KEY + createRevision);
    }

    /** Whether it has a name, and so outlives the loss of its key. */
    public boolean isNamed() {
        return !name.startsWith(BY_KEY);
    }

    @Override
    public String toString() {
        return Checks.harmless(name);
    }
}
