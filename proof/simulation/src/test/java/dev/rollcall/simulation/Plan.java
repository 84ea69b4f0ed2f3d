package dev.rollcall.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Everything that one run will do, made from a seed before it begins.
 *
 * @param seed also of every other dice in the run
 * @param members of the store: 1 or 3
 * @param registrants how many processes register
 * @param consumers how many processes follow
 * @param millis how long the faults last; then follows the calm
 * @param ops in the order of their time
 */
record Plan(long seed, int members, int registrants, int consumers, long millis, List<Op> ops) {

    private static final long MINUTE = 60_000;

    /** The plan of a seed. */
    static Plan of(long seed, long minutes, boolean faults) {
        SplittableRandom random = new SplittableRandom(seed);
        int members = random.nextInt(4) == 0 ? 1 : 3;
        int registrants = 5 + random.nextInt(3);
        int consumers = 10 - registrants + random.nextInt(3);
        List<Op> ops = new ArrayList<>();
        long millis = minutes * MINUTE;
        add(ops, random, millis, 15_000, chosen(random, false));
        if (faults) {
            long pause = random.nextInt(4) == 0 ? MINUTE / 4 : MINUTE;
            add(ops, random, millis, pause, chosen(random, true));
        }
        ops.sort(Comparator.comparingLong(Op::time));
        return new Plan(seed, members, registrants, consumers, millis, List.copyOf(ops));
    }

    /** Whether the store may leave events out of watches. */
    boolean losesEvents() {
        return ops.stream().anyMatch(op -> op.kind() == Op.Kind.WATCH_DROP);
    }

    /** Each run knows some of the faults only, so that each meets the others more often. */
    private static List<Op.Kind> chosen(SplittableRandom random, boolean fault) {
        List<Op.Kind> kinds = new ArrayList<>();
        int percent = 20 + random.nextInt(81);
        while (kinds.isEmpty()) {
            for (Op.Kind kind : Op.Kind.values()) {
                if (kind.fault == fault && (!fault || random.nextInt(100) < percent)) {
                    kinds.add(kind);
                }
            }
        }
        return kinds;
    }

    /** One after each pause, and after every fourth another one that hits the same victim while it may still suffer. */
    private static void add(List<Op> ops, SplittableRandom random, long until, long pause, List<Op.Kind> kinds) {
        long time = 10_000;
        while (true) {
            time += (long) (-Math.log(1 - random.nextDouble()) * pause);
            if (time >= until) {
                return;
            }
            int victim = random.nextInt(1000);
            ops.add(op(time, kinds, victim, random));
            if (random.nextInt(4) == 0) {
                ops.add(op(time + random.nextInt(5_000), kinds, victim, random));
            }
        }
    }

    private static Op op(long time, List<Op.Kind> kinds, int victim, SplittableRandom random) {
        Op.Kind kind = kinds.get(random.nextInt(kinds.size()));
        return new Op(time, kind, victim, random.nextInt(1000), lasts(kind, random));
    }

    private static int lasts(Op.Kind kind, SplittableRandom random) {
        return switch (kind) {
            case PAUSE -> 1_500 + random.nextInt(7_500);
            // A little longer than a write, and the read of its key at the same member, are waited for (7.5 s).
            case LATE_WRITE -> 7_000 + random.nextInt(4_500);
            case CRASH_ALL, WIPE, RESTORE -> 500 + random.nextInt(random.nextInt(4) == 0 ? 120_000 : 15_000);
            default -> 500 + random.nextInt(20_000);
        };
    }

    Plan with(List<Op> fewer) {
        return new Plan(seed, members, registrants, consumers, millis, List.copyOf(fewer));
    }
}
