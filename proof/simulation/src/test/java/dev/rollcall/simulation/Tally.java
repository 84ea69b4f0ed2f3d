package dev.rollcall.simulation;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What runs add up to. */
final class Tally {

    private final double cpuBefore = cpuSeconds();
    private final Map<Op.Kind, Long> done = new EnumMap<>(Op.Kind.class);
    private final Map<String, Long> checked = new TreeMap<>();
    private long runs;
    private long steps;
    private long simulated;
    private long participants;
    private long events;
    private long faultMillis;

    void add(World world) {
        runs++;
        steps += world.scheduler.steps();
        simulated += world.scheduler.now();
        participants += world.plan.registrants() + world.plan.consumers();
        events += world.checks().events();
        faultMillis += Math.min(world.plan.millis(), world.scheduler.now() / Scheduler.MILLIS);
        world.done().forEach((kind, times) -> done.merge(kind, (long) times, Long::sum));
        world.checks().checked().forEach((invariant, times) -> checked.merge(invariant, times[0], Long::sum));
    }

    double hours() {
        return simulated / 3.6e12;
    }

    /** Of the whole process, so with what compiling and collecting cost. */
    static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    double cpu() {
        return cpuSeconds() - cpuBefore;
    }

    private long sum(boolean faults) {
        return done.entrySet().stream()
                .filter(each -> each.getKey().fault == faults)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private String kinds(boolean faults) {
        StringBuilder text = new StringBuilder();
        done.forEach((kind, times) -> {
            if (kind.fault == faults) {
                text.append(' ').append(kind).append('=').append(times);
            }
        });
        return text.toString();
    }

    String line() {
        return String.format(
                "%d runs, %.1f simulated hours, %.1f participants each, %d steps, %d faults of %d kinds,"
                        + " %d events checked, %.1f CPU s (%.0f simulated hours per CPU hour)",
                runs,
                hours(),
                (double) participants / runs,
                steps,
                sum(true),
                done.keySet().stream().filter(kind -> kind.fault).count(),
                events,
                cpu(),
                hours() * 3600 / cpu());
    }

    String report() {
        return String.format(
                "%s%nfaults, %.2f a minute:%s%nother deeds:%s%nchecks: %s",
                line(), sum(true) / (faultMillis / 60_000.0), kinds(true), kinds(false), checked);
    }
}
