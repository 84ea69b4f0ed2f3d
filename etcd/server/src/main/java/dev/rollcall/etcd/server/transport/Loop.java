package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.log.ForceTimes;
import dev.rollcall.etcd.server.log.LogWriter;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Applied;
import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.machine.RequestIds;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.watch.WatchHub;
import dev.rollcall.etcd.server.watch.WatchStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where the machine, the watch hub and the time of the leases are touched, one turn at a time. Its thread takes requests in
 * order, ends leases whose time is up ten times a second, and lets the watch streams send what they have got; the thread of the log may
 * take a turn in between. "On the loop" means within a turn.
 */
final class Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /** Most requests that wait; etcd allows as many unapplied log entries. */
    private static final int MAX_WAITING = 5000;

    /** Most leases that are being ended because their time is up. */
    private static final int MAX_ENDING = 100;

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    /** A gap this long between two turns means that the process was halted: the clients could not renew, so nobody expires for it. */
    private static final long HALT = TimeUnit.SECONDS.toNanos(1);

    private final Machine machine;
    private final WatchHub hub;
    private final RequestIds ids;
    private final LongSupplier clock;
    private final LongSupplier uptime;
    private final Thread thread;
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<WatchStream, Runnable> pumps = new HashMap<>();
    private final Set<Long> ending = new HashSet<>();
    private AutoCompaction compaction = new AutoCompaction(AutoCompaction.Rule.OFF);
    private Limit limit = new Limit(Quota.DEFAULT, 0);
    private @Nullable LogWriter log;
    private final ReentrantLock turns = new ReentrantLock();
    private final AtomicInteger handedOver = new AtomicInteger();
    private long seen;
    private long nextTick;
    private volatile boolean stopped;
    private long puts;
    private long deletes;

    Loop(Machine machine, WatchHub hub, RequestIds ids, Settings settings, ThreadFactory threads) {
        this.machine = machine;
        this.hub = hub;
        this.ids = ids;
        this.clock = settings.clock();
        this.uptime = settings.uptime();
        this.thread = threads.newThread(this::run);
        this.seen = uptime.getAsLong();
        this.nextTick = seen + TICK;
    }

    /** Puts on disk what lasts before it is applied; to be called before {@link #start}. */
    void keepIn(LogWriter writer) {
        log = writer;
    }

    /** Bounds the data; to be called before {@link #start}. */
    void limitTo(Quota quota, long memberId) {
        limit = new Limit(quota, memberId);
    }

    /** Forgets the past by a rule; to be called before {@link #start}. */
    void compactBy(AutoCompaction.Rule rule) {
        compaction = new AutoCompaction(rule);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread after what it is doing; whatever waits is dropped with the connections it came from. */
    void stop() {
        stopped = true;
        queue.add(() -> {});
    }

    /** Queues a request; false when too many wait. */
    boolean offer(Runnable request) {
        if (!admit()) {
            return false;
        }
        queue.add(() -> {
            waiting.decrementAndGet();
            request.run();
        });
        return true;
    }

    /** Queues a command; false when too many wait. */
    boolean offer(Command command, Answer answer) {
        LogWriter writer = log;
        boolean open = !machine.auth().enabled() && !isOverLimit(command);
        if (writer == null || !command.lasts() || !open) {
            return offer(() -> submit(command, answer));
        }
        if (!admit()) {
            return false;
        }
        boolean queued = writer.write(command, new Logged(command, answer, waiting::decrementAndGet));
        if (!queued) {
            waiting.decrementAndGet();
        }
        return queued;
    }

    /**
     * Carries out a command, once it is on disk where there is one. Who may not give it raises no alarm, and puts nothing on disk. Only on
     * the loop.
     */
    void submit(Command command, Answer answer) {
        LogWriter writer = log;
        if (!mayBeGiven(command, answer)) {
            return;
        }
        if (isOverLimit(command)) {
            raise(answer);
        } else if (writer == null || !command.lasts()) {
            carryOut(command, answer);
        } else if (!writer.write(command, new Logged(command, answer, () -> {}))) {
            answer.failed(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    /** Renews a lease; one whose time is up is ended before the answer, which says 0 seconds. Only on the loop. */
    void renew(long id, Actor actor, Answer answer) {
        Command renewal = new Command.As(actor, new Command.Renew(id));
        if (log == null || !machine.leases().isOver(id, now())) {
            carryOut(renewal, answer);
            return;
        }
        if (!mayBeGiven(renewal, answer)) {
            return;
        }
        Outcome over = new Outcome.Lease(machine.store().revision(), id, 0);
        submit(end(id), new Answer() {
            @Override
            public void done(Outcome outcome) {
                answer.done(over);
            }

            @Override
            public void failed(RuntimeException why) {
                answer.done(over);
            }
        });
    }

    /** Whether the last attempt to write to disk failed for want of space. */
    boolean outOfSpace() {
        return log != null && log.outOfSpace();
    }

    /** Queues something that a stream has at most a few of at a time, and that must not get lost. */
    void signal(Runnable task) {
        if (!stopped) {
            queue.add(task);
        }
    }

    /**
     * Carries out a task of the log's thread, after those it handed over before: there and then where the loop is at rest, for that spares a
     * change of threads, and otherwise on the loop's thread.
     */
    void handOver(Runnable task) {
        if (!stopped && handedOver.get() == 0 && turns.tryLock()) {
            try {
                turn(task);
            } finally {
                turns.unlock();
            }
            return;
        }
        handedOver.incrementAndGet();
        signal(() -> {
            try {
                task.run();
            } finally {
                handedOver.decrementAndGet();
            }
        });
    }

    /** Carries out a command and tells the watchers. Only on the loop. */
    Applied apply(Command command) {
        Applied applied = machine.apply(command, now());
        applied.commits().forEach(this::publish);
        return applied;
    }

    private void publish(Commit commit) {
        int gone = 0;
        for (KeyValue change : commit.changes()) {
            gone += change.isTombstone() ? 1 : 0;
        }
        deletes += gone;
        puts += commit.changes().size() - gone;
        hub.publish(commit);
    }

    /** How many versions of keys were written since the start. Only on the loop. */
    long puts() {
        return puts;
    }

    /** How many keys were deleted since the start. Only on the loop. */
    long deletes() {
        return deletes;
    }

    /** How long the disk took; null where there is none. */
    @Nullable ForceTimes forceTimes() {
        return log == null ? null : log.forceTimes();
    }

    /** Opens a stream; {@code pump} is run on the loop whenever there is something to take from it. */
    WatchStream open(Runnable pump) {
        WatchStream stream = hub.open(now());
        pumps.put(stream, pump);
        return stream;
    }

    void close(WatchStream stream) {
        pumps.remove(stream);
        stream.close();
    }

    Machine machine() {
        return machine;
    }

    /** A number that no lease has. Only on the loop. */
    long freeLeaseId() {
        long id = ids.next();
        while (id == 0 || machine.leases().exists(id)) {
            id = ids.next();
        }
        return id;
    }

    long now() {
        return clock.getAsLong();
    }

    /** How many requests wait. */
    int waiting() {
        return waiting.get();
    }

    int openWatches() {
        return hub.watchers();
    }

    int liveLeases() {
        return machine.leases().size();
    }

    private void run() {
        seen = uptime.getAsLong();
        nextTick = seen + TICK;
        while (!stopped) {
            Runnable task = next(untilTick());
            turns.lock();
            try {
                turn(task);
            } finally {
                turns.unlock();
            }
        }
    }

    private long untilTick() {
        turns.lock();
        try {
            return nextTick - seen;
        } finally {
            turns.unlock();
        }
    }

    /** Carries out what waits, as far as it is there already. */
    void catchUp() {
        Runnable task = queue.poll();
        do {
            turn(task);
            task = queue.poll();
        } while (task != null);
    }

    private void turn(@Nullable Runnable task) {
        long time = uptime.getAsLong();
        if (time - seen > HALT) {
            LOG.warn("Halted for {} ms; every lease starts anew", TimeUnit.NANOSECONDS.toMillis(time - seen));
            guarded(() -> apply(new Command.Thaw()));
        }
        seen = time;
        if (task != null) {
            guarded(task);
        }
        if (time - nextTick >= 0) {
            nextTick = time + TICK;
            guarded(this::tick);
        }
        hub.takeReady().forEach(this::pump);
    }

    private @Nullable Runnable next(long timeout) {
        try {
            return queue.poll(Math.max(0, timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            stopped = true;
            return null;
        }
    }

    private void tick() {
        if (log == null) {
            apply(new Command.Expire());
        } else {
            machine.ending(now(), MAX_ENDING).stream()
                    .filter(ending::add)
                    .forEach(id -> submit(end(id), new Ending(id)));
        }
        compaction
                .due(now(), machine.store().revision())
                .ifPresent(at -> submit(new Command.As(Actor.SERVER, new Command.Compact(at)), Answer.TO_NOBODY));
        hub.tick(now());
    }

    private static Command end(long lease) {
        return new Command.As(Actor.SERVER, new Command.Revoke(lease));
    }

    private boolean mayBeGiven(Command command, Answer answer) {
        try {
            machine.requireRights(command);
            return true;
        } catch (RuntimeException e) {
            answer.failed(e);
            return false;
        }
    }

    private boolean isOverLimit(Command command) {
        return !limit.quota.admits(command, DatabaseSize.whole(machine.store()));
    }

    /** Refuses a command for want of space, once the alarm that says so is raised. */
    private void raise(Answer answer) {
        Alarm alarm = new Alarm(limit.memberId, Alarm.Kind.NOSPACE);
        Refusal refusal = new Refusal(Reason.NO_SPACE);
        if (machine.alarms().contains(alarm)) {
            answer.failed(refusal);
            return;
        }
        submit(new Command.SetAlarm(alarm, true), new Answer() {
            @Override
            public void done(Outcome outcome) {
                answer.failed(refusal);
            }

            @Override
            public void failed(RuntimeException why) {
                answer.failed(refusal);
            }
        });
    }

    private boolean admit() {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    private void carryOut(Command command, Answer answer) {
        Outcome outcome;
        try {
            outcome = apply(command).outcome();
        } catch (RuntimeException e) {
            answer.failed(e);
            return;
        }
        answer.done(outcome);
    }

    private record Limit(Quota quota, long memberId) {}

    private void pump(WatchStream stream) {
        Runnable pump = pumps.get(stream);
        if (pump != null) {
            guarded(pump);
        }
    }

    /** A command on its way through the log. */
    private final class Logged implements LogWriter.Receipt {
        private final Command command;
        private final Answer answer;
        private final Runnable arrived;

        Logged(Command command, Answer answer, Runnable arrived) {
            this.command = command;
            this.answer = answer;
            this.arrived = arrived;
        }

        @Override
        public void written() {
            arrived.run();
            carryOut(command, answer);
        }

        @Override
        public void refused(Refusal why) {
            arrived.run();
            answer.failed(why);
        }
    }

    /** A lease that is ended because its time is up; if that cannot be written now, the next tick tries again. */
    private final class Ending implements Answer {
        private final long id;

        Ending(long id) {
            this.id = id;
        }

        @Override
        public void done(Outcome outcome) {
            ending.remove(id);
        }

        @Override
        public void failed(RuntimeException why) {
            ending.remove(id);
        }
    }

    /** Nothing a client sends may end this thread. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("A request failed inside the server", e);
        }
    }
}
