package dev.rollcall.features;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Writes down what a listener is told: {@code up a}, {@code updated a}, {@code down a EXPIRED}. */
final class Sightings implements SnapshotListener {

    private final List<String> told = new ArrayList<>();

    @Override
    public void up(DiscoveredInstance instance) {
        tell("up " + instance.instance().id());
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance after) {
        tell("updated " + after.instance().id() + " from " + before.instance().weight() + " to "
                + after.instance().weight());
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        tell("down " + last.instance().id() + " " + cause);
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        tell("resynced");
    }

    synchronized void tell(String line) {
        told.add(line);
        notifyAll();
    }

    synchronized List<String> all() {
        return List.copyOf(told);
    }

    /** Waits until this line was told. */
    void await(String line) {
        await(line, Duration.ofSeconds(10));
    }

    void await(String line, Duration bound) {
        awaitAll("'" + line + "'", bound, lines -> lines.contains(line));
    }

    /** Waits until what was told satisfies the condition. */
    synchronized void awaitAll(String what, Duration bound, Predicate<List<String>> condition) {
        long deadline = System.nanoTime() + bound.toNanos();
        try {
            while (!condition.test(List.copyOf(told))) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(what + " was not told within " + bound + ", but: " + told);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
