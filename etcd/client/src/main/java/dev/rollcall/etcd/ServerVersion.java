package dev.rollcall.etcd;

/**
 * The version a member gives of itself.
 *
 * @param major of {@code major.minor.patch}; -1 where it could not be read
 * @param minor likewise
 * @param patch likewise
 */
record ServerVersion(int major, int minor, int patch) {

    /** A version nothing is known of. */
    static final ServerVersion UNKNOWN = new ServerVersion(-1, -1, -1);

    /** Reads {@code 3.5.16}, with or without something after it. */
    static ServerVersion parse(String text) {
        String[] parts = text.split("[.+-]", 4);
        if (parts.length < 3) {
            return UNKNOWN;
        }
        try {
            return new ServerVersion(
                    Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    /** Whether watches can be numbered and fragmented by the client, as from 3.4 on; one that cannot be read is given the benefit of the doubt. */
    boolean isSupported() {
        return major < 0 || major > 3 || (major == 3 && minor >= 4);
    }

    /** Whether the answer to a progress request never overtakes events: etcd issue 15220, mended in 3.4.25 and 3.5.8. */
    boolean ordersProgress() {
        return major > 3 || (major == 3 && (minor > 5 || (minor == 5 && patch >= 8) || (minor == 4 && patch >= 25)));
    }
}
