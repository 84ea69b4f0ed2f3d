package dev.rollcall.discovery;

import dev.rollcall.discovery.SnapshotReducer.Step;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.internal.Backoff;
import dev.rollcall.internal.SerialExecutor;
import dev.rollcall.internal.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the actions of a {@link SnapshotReducer} to etcd and the answers back, one at a time on a serial executor, and publishes what comes out.
 *
 * @param <S> what a key is decoded to
 * @param <P> what is published
 */
final class ViewLoop<S extends Shown, P> {

    /** More than the batches of two watches that may wait, of the one there is and of the one before. */
    static final int MOST_TASKS = 65_536;

    private static final long DISK_PATIENCE = Duration.ofMillis(200).toNanos();
    private static final long CALM = Duration.ofSeconds(10).toNanos();
    private static final Backoff RETRY = Backoff.of(Duration.ofMillis(50), Duration.ofSeconds(1));
    private static final Backoff RELIST = Backoff.of(Duration.ofMillis(50), Duration.ofSeconds(5));

    private final ViewCalls calls;
    private final Wiring wiring;
    private final SnapshotReducer<S> reducer;
    private final Publisher<S, P> publisher;
    private final ViewLog<S> log;
    private final ViewObserver<S> observer;
    private final @Nullable DiskKeeper keeper;
    private final SerialExecutor serial;
    private final ViewTimers timers;
    private final Pace<P> pace;
    private final List<ViewHandle<S, P>> handles = new ArrayList<>();
    private final ViewWatch watch;

    private volatile Seen<S, P> seen;
    private volatile Optional<String> lastError = Optional.empty();
    private volatile boolean closed;
    private Timer.@Nullable Handle tick;
    private long tickAt;
    private volatile boolean ticking;
    private Backoff relist = RELIST;
    private long lastList;
    private boolean refused;

    /** What the last step led to. */
    record Seen<S extends Shown, P>(ViewState<S> state, P published) {}

    /** Makes what users see of a state. */
    @FunctionalInterface
    interface Publisher<S extends Shown, P> {
        P publish(ViewState<S> state, @Nullable P previous);
    }

    ViewLoop(
            String name,
            KeyRange range,
            Wiring wiring,
            SnapshotReducer<S> reducer,
            Publisher<S, P> publisher,
            @Nullable DiskKeeper keeper) {
        this.calls = new ViewCalls(range, wiring);
        this.wiring = wiring;
        this.reducer = reducer;
        this.publisher = publisher;
        this.keeper = keeper;
        this.log = new ViewLog<>(name, wiring.log());
        this.observer = new ViewObserver<>(name, wiring.observer());
        this.serial = new SerialExecutor(wiring.workers(), MOST_TASKS);
        this.watch = new ViewWatch(range, wiring, serial, this::handle, this::failed);
        this.timers = new ViewTimers(wiring.timer());
        ViewState<S> idle = ViewState.idle(wiring.now());
        this.seen = new Seen<>(idle, publisher.publish(idle, null));
        this.pace = new Pace<>(seen.published(), wiring.time().nanos());
        this.lastList = wiring.time().nanos() - CALM;
    }

    void start() {
        if (keeper == null) {
            run(() -> begin(null));
        } else {
            keeper.load(kept -> run(() -> begin(kept)));
            later(DISK_PATIENCE, () -> begin(null));
        }
        scheduleAudit();
    }

    /** What is on disk comes first, so that the first list is compared with it; a disk that takes its time is not waited for. */
    private void begin(@Nullable DiskView kept) {
        if (kept != null && keeper != null) {
            handle(new ViewEvent.Seeded(kept), keeper.asOf(kept));
        }
        if (seen.state().phase() == ViewState.Phase.IDLE) {
            handle(new ViewEvent.Started(), wiring.now());
        }
    }

    Seen<S, P> seen() {
        return seen;
    }

    /** What was published last, but to who reads it again and again no more often than every 10 ms. */
    P paced() {
        return pace.now();
    }

    Wiring wiring() {
        return wiring;
    }

    ViewObserver<S> observer() {
        return observer;
    }

    Optional<String> lastError() {
        return lastError;
    }

    /** Runs a task between two steps; false where the loop is closed. */
    boolean run(Runnable task) {
        return serial.offer(task);
    }

    /** Tells a handle of every step from now on; to be called within {@link #run}. */
    void attach(ViewHandle<S, P> handle) {
        handles.add(handle);
    }

    /** Forgets a handle; to be called within {@link #run}. */
    void detach(ViewHandle<S, P> handle) {
        handles.remove(handle);
    }

    void close() {
        closed = true;
        timers.close();
        wiring.asking().forget(this);
        serial.close();
        watch.end();
        if (keeper != null) {
            keeper.close(seen.state());
        }
    }

    private void handle(ViewEvent event, Moment asOf) {
        if (closed) {
            return;
        }
        Moment at = wiring.now();
        ViewState<S> before = seen.state();
        if (event instanceof ViewEvent.Listed listed) {
            watch.openAhead(listed.header().revision() + 1);
        }
        Step<S> step = reducer.step(before, event, at, asOf);
        if (step.state().phase() == ViewState.Phase.LIVE
                && !step.state().provenAt().equals(before.provenAt())) {
            lastError = Optional.empty();
        }
        seen = new Seen<>(step.state(), publisher.publish(step.state(), seen.published()));
        wakePaceIn(pace.publish(seen.published(), at.nanos()));
        log.step(before, step, at.nanos(), lastError);
        observer.step(before, step, at.nanos());
        List<Told<S, P>> told = Told.of(before, step.changes(), step.state(), seen.published());
        for (ViewHandle<S, P> handle : handles) {
            handle.stepped(told, seen);
        }
        step.actions().forEach(this::perform);
        scheduleTick(wiring.now().nanos());
    }

    private void failed(Throwable failure) {
        Throwable cause = ViewCalls.unwrap(failure);
        lastError = Optional.of(cause instanceof EtcdException e ? e.code() + ": " + e.getMessage() : cause.toString());
    }

    private void wakePaceIn(long nanos) {
        if (nanos > 0) {
            timers.schedule(
                    nanos,
                    () -> run(() ->
                            wakePaceIn(pace.wake(seen.published(), wiring.time().nanos()))));
        }
    }

    /** What is due sooner stays: it looks again, which costs less than to be called off at every change. */
    private void scheduleTick(long now) {
        ViewState<S> state = seen.state();
        long next = reducer.nanosToNextTick(state, now);
        if (keeper != null) {
            next = Math.min(next, keeper.step(state, now));
        }
        // One that waits for its step is followed by the next.
        boolean sooner = tick != null && tickAt - now > 0 && tickAt - now <= next;
        if (next == Long.MAX_VALUE || ticking || sooner) {
            return;
        }
        callOffTick();
        tick = timers.schedule(next, this::tick);
        tickAt = now + next;
    }

    private void callOffTick() {
        if (tick != null) {
            tick.cancel();
            tick = null;
        }
    }

    private void tick() {
        Moment due = wiring.now();
        ticking = true;
        boolean waits = run(() -> {
            ticking = false;
            callOffTick();
            handle(new ViewEvent.Tick(), due);
        });
        if (!waits) {
            ticking = false;
        }
    }

    /** Audits of many views and processes are spread over time. */
    private void scheduleAudit() {
        long period = reducer.proof().auditPeriod();
        if (period > 0 && !closed) {
            long fifth = period / 5;
            long wait = period - fifth + wiring.random().below(2 * fifth + 1);
            timers.schedule(wait, () -> {
                Moment due = wiring.now();
                run(() -> handle(new ViewEvent.AuditDue(), due));
                scheduleAudit();
            });
        }
    }

    private void perform(ViewAction action) {
        if (action instanceof ViewAction.ReadAll read) {
            long wait = waitBeforeList();
            later(wait, () -> list(read));
        } else if (action instanceof ViewAction.Recall recall) {
            ask(recall.ticket(), RETRY, () -> calls.recall(recall), this::handle);
        } else if (action instanceof ViewAction.AskClusters question) {
            ask(question.ticket(), RETRY, () -> calls.clusters(question), this::handle);
        } else if (action instanceof ViewAction.OpenWatch open) {
            watch.open(open.from());
        } else if (action instanceof ViewAction.Audit audit) {
            audit(audit);
        } else if (action instanceof ViewAction.AskProgress) {
            watch.requestProgress();
        } else {
            watch.close();
        }
    }

    /** The first list after a calm time comes at once, the next ones later and later: a compacting store is not read in a loop. */
    private long waitBeforeList() {
        long now = wiring.time().nanos();
        if (now - lastList >= CALM) {
            relist = RELIST;
        }
        long wait = relist.attempt() == 0 ? 0 : relist.delayNanos(wiring.random());
        relist = relist.next();
        lastList = now;
        return wait;
    }

    private void later(long nanos, Runnable task) {
        if (nanos <= 0) {
            task.run();
        } else {
            timers.schedule(nanos, () -> run(task));
        }
    }

    /** A list that came is not read again because the past, which is read after it, does not. */
    private void list(ViewAction.ReadAll read) {
        ViewAction.Recall past = read.past();
        ask(read.ticket(), RETRY, () -> calls.list(read), (list, asked) -> {
            lastList = wiring.time().nanos();
            if (past == null) {
                handle(list, asked);
            } else {
                ask(read.ticket(), RETRY, () -> calls.recall(past), (then, later) -> handle(list.with(then), asked));
            }
        });
    }

    /** Asks until there is an answer, or a younger question; tells the answer with the moment at which it was asked. */
    private <E extends ViewEvent> void ask(
            long ticket, Backoff backoff, Supplier<CompletionStage<E>> question, BiConsumer<E, Moment> answered) {
        if (closed || seen.state().ticket() != ticket) {
            return;
        }
        Moment asked = wiring.now();
        CompletionStage<E> answer;
        try {
            answer = question.get();
        } catch (EtcdException e) {
            again(ticket, backoff, e, patience -> ask(ticket, patience, question, answered));
            return;
        }
        answer.whenComplete((event, failure) -> run(() -> {
            if (seen.state().ticket() != ticket) {
                return;
            }
            if (failure == null) {
                if (backoff.attempt() > 0) {
                    wiring.asking().answered(refused);
                }
                answered.accept(event, asked);
            } else {
                again(ticket, backoff, failure, patience -> ask(ticket, patience, question, answered));
            }
        }));
    }

    private void again(long ticket, Backoff backoff, Throwable failure, Consumer<Backoff> question) {
        failed(failure);
        Backoff patience = ViewCalls.patience(backoff, failure, wiring.refused());
        refused = ViewCalls.isRefusal(failure);
        Runnable next = () -> run(() -> question.accept(patience.next()));
        later(patience.delayNanos(wiring.random()), () -> askAgain(ticket, next));
    }

    /** All views that failed share a budget. */
    private void askAgain(long ticket, Runnable question) {
        if (!closed && seen.state().ticket() == ticket) {
            wiring.asking().ask(this, refused, question);
            if (closed) {
                wiring.asking().forget(this);
            }
        }
    }

    private void audit(ViewAction.Audit audit) {
        Moment asked = wiring.now();
        CompletionStage<ViewEvent> answer;
        try {
            answer = calls.audit(audit);
        } catch (EtcdException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((event, failure) -> run(() -> {
            boolean answered = failure == null;
            if (!answered) {
                failed(failure);
            }
            handle(answered ? event : new ViewEvent.NotAudited(audit.ticket()), asked);
        }));
    }
}
