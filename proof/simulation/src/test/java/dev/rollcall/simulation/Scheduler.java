package dev.rollcall.simulation;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Virtual time: events in the order of their time, and of two at the same time the one that was planned first. */
final class Scheduler {

    static final long MICROS = 1_000;
    static final long MILLIS = 1_000_000;
    static final long SECOND = 1_000_000_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>(4096);
    private long now = SECOND;
    private long planned;
    private long steps;
    private long trace = 17;
    private @Nullable RuntimeException stopped;

    /** Something that will happen. */
    static final class Event implements Comparable<Event> {
        private final long time;
        private final long number;
        private final Runnable task;
        private boolean cancelled;

        Event(long time, long number, Runnable task) {
            this.time = time;
            this.number = number;
            this.task = task;
        }

        void cancel() {
            cancelled = true;
        }

        void run() {
            if (!cancelled) {
                task.run();
            }
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Ends the run with this after the event that happens now, wherever it is thrown or caught. */
    void stop(RuntimeException reason) {
        if (stopped == null) {
            stopped = reason;
        }
    }

    /** Nanoseconds; the true time of this world. */
    long now() {
        return now;
    }

    long steps() {
        return steps;
    }

    /** Depends on everything that has happened. */
    long trace() {
        return trace;
    }

    /** Lets the trace depend on this, too. */
    void note(long what) {
        trace = trace * 0x9E3779B97F4A7C15L + what;
        trace ^= trace >>> 29;
    }

    Event at(long time, Runnable task) {
        Event event = new Event(Math.max(time, now), planned++, task);
        events.add(event);
        return event;
    }

    Event after(long nanos, Runnable task) {
        return at(now + nanos, task);
    }

    /** Runs what happens until a moment. */
    void runUntil(long end) {
        while (true) {
            Event next = events.peek();
            if (next == null || next.time > end) {
                now = Math.max(now, end);
                return;
            }
            events.poll();
            if (next.cancelled) {
                continue;
            }
            now = next.time;
            steps++;
            note(next.time * 31 + next.number);
            next.task.run();
            if (stopped != null) {
                throw stopped;
            }
        }
    }
}
