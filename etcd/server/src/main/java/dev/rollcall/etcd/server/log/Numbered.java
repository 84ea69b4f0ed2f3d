package dev.rollcall.etcd.server.log;

/** Names of files that bear a number: a prefix and 16 hexadecimal digits, so that they sort by it. */
final class Numbered {
    /** Ends the name of a file that is still being written; such a file counts for nothing. */
    static final String UNFINISHED = ".new";

    private static final int DIGITS = 16;

    private Numbered() {}

    static String name(String prefix, long number) {
        return prefix + String.format("%016x", number);
    }

    static boolean is(String name, String prefix) {
        return name.length() == prefix.length() + DIGITS
                && name.startsWith(prefix)
                && name.substring(prefix.length()).matches("[0-9a-f]{16}");
    }

    static boolean isUnfinished(String name, String prefix) {
        return name.endsWith(UNFINISHED) && is(name.substring(0, name.length() - UNFINISHED.length()), prefix);
    }

    static long number(String name, String prefix) {
        return Long.parseLong(name.substring(prefix.length()), 16);
    }
}
