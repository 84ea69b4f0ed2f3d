package dev.rollcall.discovery;

import dev.rollcall.discovery.ViewLoop.Seen;
import dev.rollcall.internal.ListenerLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One user's hold on a {@link ViewLoop}, which several may share: its listeners and its waits.
 *
 * <p>A listener joins between two steps, so that its initial snapshot and the changes after it leave no gap and do not overlap.
 */
final class ViewHandle<S extends Shown, P> {

    private final String name;
    private final ViewLoop<S, P> loop;
    private final Consumer<ViewHandle<S, P>> onClose;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicLong pastFailures = new AtomicLong();

    private final Object lock = new Object();
    private final List<Tail> tails = new ArrayList<>();
    private final List<Wait<S, P>> waits = new ArrayList<>();

    private record Wait<S extends Shown, P>(Predicate<ViewState<S>> until, CompletableFuture<P> done) {}

    ViewHandle(String name, ViewLoop<S, P> loop, Consumer<ViewHandle<S, P>> onClose) {
        this.name = name;
        this.loop = loop;
        this.onClose = onClose;
        loop.run(() -> loop.attach(this));
    }

    P published() {
        return loop.seen().published();
    }

    P paced() {
        return loop.paced();
    }

    ViewState<S> state() {
        return loop.seen().state();
    }

    /** Called by the loop after each step. */
    void stepped(List<Told<S, P>> told, Seen<S, P> seen) {
        List<Tail> hearing;
        synchronized (lock) {
            hearing = List.copyOf(tails);
        }
        for (Tail tail : hearing) {
            tail.tell(told);
        }
        endWaits(seen);
    }

    Subscription subscribe(Consumer<Told<S, P>> listener) {
        Tail tail = new Tail(listener);
        loop.run(() -> {
            synchronized (lock) {
                if (closing.get() || tail.ended) {
                    return;
                }
                tails.add(tail);
            }
            Seen<S, P> seen = loop.seen();
            if (seen.state().begun()) {
                tail.tell(List.of(new Told.Initial<>(seen.published())));
            }
        });
        return tail;
    }

    /** Completes directly on the loop: only for stages whose followers are known to be short. */
    private CompletableFuture<P> when(Predicate<ViewState<S>> until) {
        CompletableFuture<P> done = new CompletableFuture<>();
        synchronized (lock) {
            if (closing.get()) {
                done.completeExceptionally(closedException());
                return done;
            }
            waits.add(new Wait<>(until, done));
        }
        loop.run(() -> endWaits(loop.seen()));
        return done;
    }

    private void endWaits(Seen<S, P> seen) {
        List<Wait<S, P>> over = new ArrayList<>();
        synchronized (lock) {
            waits.removeIf(wait -> (wait.done().isDone() || wait.until().test(seen.state())) && over.add(wait));
        }
        over.forEach(wait -> wait.done().complete(seen.published()));
    }

    /** As {@link #when}, completed on the listener executor. */
    CompletionStage<P> whenAsync(Predicate<ViewState<S>> until) {
        return when(until).thenApplyAsync(published -> published, loop.wiring().listeners());
    }

    P await(Predicate<ViewState<S>> until, Duration bound, Supplier<String> missing) {
        CompletableFuture<P> done = when(until);
        try {
            return done.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new DiscoveryException(missing.get() + " after " + bound.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw closedException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DiscoveryException("the wait was interrupted", e);
        } finally {
            done.cancel(false);
        }
    }

    /** Waits until the store was read, but no longer than the bound: then what is on disk must do. */
    void awaitKnown(Duration bound) {
        if (bound.isZero()) {
            return;
        }
        try {
            await(ViewState::known, bound, () -> "");
        } catch (DiscoveryException notYet) {
            // The view says itself that it is stale, and goes on trying.
        }
    }

    private DiscoveryException closedException() {
        return new DiscoveryException("the view of " + name + " is closed");
    }

    boolean awaitClosed(Duration bound) {
        try {
            closed.get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    CompletionStage<Void> closed() {
        return closed.thenRunAsync(() -> {}, loop.wiring().listeners());
    }

    ViewHealth health() {
        ViewState<S> state = state();
        Content<S> content = state.content();
        long age = loop.wiring().time().nanos() - state.provenAt().nanos();
        long failures = pastFailures.get();
        synchronized (lock) {
            for (Tail tail : tails) {
                failures += tail.lane.failures();
            }
        }
        return new ViewHealth(
                name,
                content.known(),
                state.freshness(),
                Duration.ofNanos(Math.max(0, age)),
                content.epoch(),
                content.revision(),
                content.shown().size(),
                content.holds().size(),
                content.quarantined().size(),
                state.relists(),
                state.audit().tally().passed(),
                state.audit().tally().differences(),
                failures,
                loop.lastError());
    }

    void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        List<Tail> ending;
        List<Wait<S, P>> over;
        synchronized (lock) {
            ending = List.copyOf(tails);
            over = List.copyOf(waits);
            waits.clear();
        }
        ending.forEach(Tail::close);
        loop.run(() -> loop.detach(this));
        onClose.accept(this);
        over.forEach(wait -> wait.done().completeExceptionally(closedException()));
        closed.complete(null);
    }

    /** One listener. */
    private final class Tail implements Subscription {

        private final ListenerLane<Told<S, P>> lane;
        private volatile boolean ended;

        Tail(Consumer<Told<S, P>> listener) {
            this.lane = new ListenerLane<>(loop.wiring().listeners(), listener, Told::merge)
                    .retriedBy(loop.wiring().timer())
                    .onFailure((cause, count) -> loop.observer().listenerFailed(count, cause));
        }

        void tell(List<Told<S, P>> told) {
            lane.offer(told, Told::about);
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (ended) {
                    return;
                }
                ended = true;
                if (tails.remove(this)) {
                    pastFailures.addAndGet(lane.failures());
                }
            }
            lane.close();
        }
    }
}
