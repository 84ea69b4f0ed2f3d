package dev.rollcall.simulation;

import dev.rollcall.etcd.SimulatedHost;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/** One process: its clocks, its threads, and whether it lives, stands or is dead. */
final class Host implements SimulatedHost, TimeSource, Timer, RandomSource {

    private static final long JITTER = 60 * Scheduler.MICROS;

    final String name;
    final int number;
    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final double rate;
    private final Failure failure;
    private final long origin;
    private final ArrayDeque<Scheduler.Event> held = new ArrayDeque<>();
    private Runnable afterStep = () -> {};
    private long wallOffset;
    private boolean alive = true;
    private boolean paused;
    private long pausedUntil;

    /** Told of a bug. */
    interface Failure {
        void failed(String invariant, String story);
    }

    /**
     * A process that begins now.
     *
     * @param rate how fast its monotonic clock runs
     */
    Host(String name, int number, Scheduler scheduler, SplittableRandom random, double rate, Failure failure) {
        this.name = name;
        this.number = number;
        this.scheduler = scheduler;
        this.random = random;
        this.rate = rate;
        this.failure = failure;
        this.origin = random.nextLong();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return paused;
    }

    /** When it last stood still; true time. */
    long pausedUntil() {
        return paused ? scheduler.now() : pausedUntil;
    }

    void kill() {
        alive = false;
        held.clear();
    }

    /** Stops it as SIGSTOP would. */
    void pause() {
        paused = true;
    }

    /** Goes on: what happened meanwhile happens now, in order. */
    void resume() {
        if (paused) {
            paused = false;
            pausedUntil = scheduler.now();
            while (!held.isEmpty()) {
                Scheduler.Event next = held.poll();
                scheduler.after(0, next::run);
            }
        }
    }

    /** Steps its wall clock. */
    void stepWallClock(long nanos) {
        wallOffset += nanos;
    }

    /** Called after each step of this process. */
    void afterEachStep(Runnable check) {
        afterStep = check;
    }

    /** Plans something for this process, in true time. */
    Scheduler.Event plan(long trueNanos, Runnable task) {
        Scheduler.Event[] event = new Scheduler.Event[1];
        event[0] = scheduler.after(trueNanos, () -> arrive(event[0], task));
        return event[0];
    }

    private void arrive(Scheduler.Event event, Runnable task) {
        if (!alive) {
            return;
        }
        if (paused) {
            held.add(event);
            return;
        }
        task.run();
        afterStep.run();
    }

    /** A thread: tasks run in the order given, a little after they were given. */
    Executor thread() {
        return new Executor() {
            private long last;

            @Override
            public void execute(Runnable task) {
                long time = Math.max(last, scheduler.now() + 1 + random.nextLong(JITTER));
                last = time;
                plan(time - scheduler.now(), task);
            }
        };
    }

    /** Several threads: tasks overtake each other. */
    Executor threads(long mostNanos) {
        return task -> plan(1 + random.nextLong(mostNanos), task);
    }

    @Override
    public long nanos() {
        return origin + (long) (scheduler.now() * rate);
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond(1_800_000_000L, scheduler.now() + wallOffset);
    }

    @Override
    public double random() {
        return random.nextDouble();
    }

    @Override
    public long below(long bound) {
        return random.nextLong(bound);
    }

    @Override
    public Executor serial() {
        return thread();
    }

    @Override
    public Runnable later(long nanos, Runnable task) {
        return plan((long) (nanos / rate) + 1, task)::cancel;
    }

    @Override
    public void failed(Throwable bug) {
        failure.failed("NO_BUG", name + ": " + Failures.trace(bug));
    }

    @Override
    public Handle schedule(long delayNanos, Runnable task) {
        return later(Math.max(0, delayNanos), task)::run;
    }

    @Override
    public void close() {}
}
