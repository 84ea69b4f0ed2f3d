package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;

/**
 * What one revision of the store did to one key.
 *
 * @param at when the recorder heard of it
 * @param put false where the key was deleted
 * @param token by which the value is known
 */
record Entry(
        String key,
        long at,
        int epoch,
        long rev,
        boolean put,
        long create,
        long lease,
        String token,
        boolean leaving,
        boolean readable) {

    static Entry of(Line line) {
        return new Entry(
                line.text("key"),
                line.at(),
                (int) line.number("epoch"),
                line.number("rev"),
                line.what().equals("put"),
                line.number("create"),
                line.number("lease"),
                line.text("token"),
                line.is("leaving"),
                line.is("readable"));
    }

    /** Which life of which client wrote it; empty for a stranger. */
    String owner() {
        int dot = token.lastIndexOf('.');
        String life = dot < 0 ? "" : token.substring(0, dot);
        return life.startsWith("r") ? life : "";
    }

    /** A client over all its lives. */
    static String base(String life) {
        int dash = life.indexOf('-');
        return dash < 0 ? life : life.substring(0, dash);
    }

    /** The service of the key; empty where it is none of a service. */
    String service() {
        int slash = key.lastIndexOf('/');
        return key.startsWith("services/") && slash > "services/".length()
                ? key.substring("services/".length(), slash)
                : "";
    }
}
