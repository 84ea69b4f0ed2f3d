package dev.rollcall.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs seeds, one after another. */
final class Simulate {

    private static final long MINUTES = 20;

    private final Tally tally = new Tally();
    private String traced = "";
    private double cpuSeconds = Double.MAX_VALUE;
    private int mostViolations = 10;

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

    static Plan plan(long seed, boolean faults) {
        return Plan.of(seed, MINUTES, faults);
    }

    Outcome play(long seed, boolean faults) {
        Outcome outcome = play(plan(seed, faults), traced);
        tally.add(outcome.world());
        return outcome;
    }

    Tally tally() {
        return tally;
    }

    private int playAll(long first, double hours, boolean faults) {
        int bad = 0;
        for (long seed = first; mayGoOn(hours) && bad < mostViolations; seed++) {
            Outcome outcome = play(seed, faults);
            Violation violation = outcome.violation();
            if (violation != null) {
                bad++;
                System.out.println("VIOLATION, seed " + seed + ": " + violation.getMessage());
            }
        }
        return bad;
    }

    private boolean mayGoOn(double hours) {
        return cpuSeconds < Double.MAX_VALUE ? tally.cpu() < cpuSeconds : tally.hours() < hours;
    }

    private int playOne(long seed, boolean faults, boolean shrink) {
        Outcome outcome = play(seed, faults);
        if (outcome.violation() != null && shrink) {
            Shrinking shrinking = new Shrinking(Simulate::play, outcome);
            outcome = shrinking.smallest();
            System.out.println(shrinking + ":");
            outcome.world().plan.ops().forEach(System.out::println);
        }
        Violation violation = outcome.violation();
        if (violation != null) {
            System.out.println(outcome.world().story());
            System.out.println("VIOLATION, seed " + seed + ", step "
                    + outcome.world().scheduler.steps() + ": " + violation.getMessage());
        }
        System.out.printf("trace %016x%n", outcome.world().scheduler.trace());
        return violation == null ? 0 : 1;
    }

    public static void main(String[] args) {
        Logs.quiet();
        double hours = 1;
        long seed = 1;
        List<String> words = List.of(args);
        Simulate all = new Simulate();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--hours" -> hours = Double.parseDouble(args[++i]);
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--cpu" -> all.cpuSeconds = Double.parseDouble(args[++i]);
                case "--violations" -> all.mostViolations = Integer.parseInt(args[++i]);
                case "--trace" -> all.traced = args[++i];
                case "--calm", "--shrink" -> {}
                default -> {
                    System.err.println("simulate: unknown option " + args[i]
                            + "; known are --hours H, --cpu SECONDS, --violations N, --seed S,"
                            + " --shrink, --trace PROCESS and --calm");
                    System.exit(2);
                }
            }
        }
        boolean faults = !words.contains("--calm");
        boolean one = words.contains("--seed") && !words.contains("--hours");
        int bad = one ? all.playOne(seed, faults, words.contains("--shrink")) : all.playAll(seed, hours, faults);
        System.out.println(all.tally.report());
        System.out.println(bad == 0 ? "no violation" : bad + " violations");
        System.exit(bad == 0 ? 0 : 1);
    }
}
