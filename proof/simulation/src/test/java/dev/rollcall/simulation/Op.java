package dev.rollcall.simulation;

/**
 * One thing that is done to the world, as data.
 *
 * @param time when, in milliseconds from the start
 * @param kind what
 * @param a whom: a registrant, a consumer, a process or a member, by number
 * @param b how: see {@link World}
 * @param c how long, in milliseconds
 */
record Op(long time, Kind kind, int a, int b, int c) {

    /** What can be done. */
    enum Kind {
        UPDATE,
        REGISTER,
        CLOSE,
        CONTEND,
        RESTART_POLITELY,
        LISTEN,
        FOREIGN,
        CRASH(true),
        CRASH_ALL(true),
        WIPE(true),
        RESTORE(true),
        FREEZE(true),
        ISOLATE(true),
        CUT(true),
        HOLE_UP(true),
        HOLE_DOWN(true),
        HOLE_BOTH(true),
        DELAY(true),
        RESET(true),
        LATE_WRITE(true),
        PAUSE(true),
        KILL(true),
        REVOKE(true),
        DELETE_KEY(true),
        OVERWRITE(true),
        POISON(true),
        DELETE_PREFIX(true),
        COMPACT(true),
        COMPACT_STORM(true),
        NO_SPACE(true),
        WATCH_DROP(true),
        WATCH_REPEAT(true),
        WALL_CLOCK(true),
        WATCH_MISNAME(true);

        final boolean fault;

        Kind() {
            this(false);
        }

        Kind(boolean fault) {
            this.fault = fault;
        }
    }

    @Override
    public String toString() {
        return time + " ms " + kind + " " + a + " " + b + " " + c;
    }
}
