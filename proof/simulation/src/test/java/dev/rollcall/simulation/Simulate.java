package dev.rollcall.simulation;

import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs seeds, one after another, and counts. */
final class Simulate {

    private static final long MINUTES = 20;

    private String traced = "";
    private long runs;
    private long steps;
    private long simulated;
    private long checked;
    private final Map<Op.Kind, Integer> done = new EnumMap<>(Op.Kind.class);

    /** The outcome of one run; the violation is null where all held. */
    record Outcome(World world, @Nullable Violation violation) {}

    static Outcome play(Plan plan) {
        return play(plan, "");
    }

    /** Runs a plan, and prints what processes say and hear whose name begins so. */
    static Outcome play(Plan plan, String traced) {
        World world = new World(plan);
        world.cluster.network().trace(traced);
        Violation violation = null;
        try {
            world.run();
        } catch (Violation found) {
            violation = found;
        } catch (RuntimeException bug) {
            violation = new Violation("NO_BUG", Failures.trace(bug));
        }
        return new Outcome(world, violation);
    }

    Outcome play(long seed, boolean faults) {
        Outcome outcome = play(Plan.of(seed, MINUTES, faults), traced);
        runs++;
        steps += outcome.world().scheduler.steps();
        simulated += outcome.world().scheduler.now();
        checked += outcome.world().checked();
        outcome.world().done().forEach((kind, times) -> done.merge(kind, times, Integer::sum));
        return outcome;
    }

    double hours() {
        return simulated / 3.6e12;
    }

    static double cpuSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    String report(double cpu) {
        return String.format(
                "%d runs, %.1f simulated hours, %d steps, %d checks, %.1f CPU s (%.0f simulated hours per CPU hour)%n%s",
                runs, hours(), steps, checked, cpu, hours() * 3600 / cpu, done);
    }

    public static void main(String[] args) {
        Logs.quiet();
        double hours = 1;
        long seed = 1;
        boolean one = false;
        boolean calm = false;
        String trace = "";
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--hours" -> hours = Double.parseDouble(args[++i]);
                case "--seed" -> {
                    seed = Long.parseLong(args[++i]);
                    one = true;
                }
                case "--trace" -> trace = args[++i];
                case "--calm" -> calm = true;
                default -> throw new IllegalArgumentException("simulate: unknown option " + args[i]);
            }
        }
        Simulate all = new Simulate();
        all.traced = trace;
        double before = cpuSeconds();
        int bad = 0;
        for (long next = seed; all.hours() < hours && bad < 10; next++) {
            Outcome outcome = all.play(next, !calm);
            Violation violation = outcome.violation();
            if (violation != null) {
                bad++;
                System.out.println(
                        "seed " + next + ", step " + outcome.world().scheduler.steps() + ": " + violation.getMessage());
                if (one) {
                    System.out.println(outcome.world().story());
                }
            }
            if (one) {
                break;
            }
        }
        System.out.println(all.report(cpuSeconds() - before));
        System.exit(bad == 0 ? 0 : 1);
    }
}
