package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.internal.ListenerLane;
import dev.rollcall.internal.Timer;
import dev.rollcall.observe.Observation;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A registration as its owner holds it: the face of a {@link ClaimLoop}.
 *
 * <p>What users call only leaves a note and wakes the serial executor, or waits for one of the futures that are completed there.
 */
final class HeldRegistration implements Registration {

    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);
    private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

    /** What is wanted, and how many updates made it so. */
    private record Wanted(Instance instance, Bytes value, long version) {}

    private record Change(RegistrationState state, String reason) {}

    private record Waiter(long version, CompletableFuture<Registration> done) {}

    private final RegistrarLoop loop;
    private final ClaimLoop claim;
    private final Bytes key;
    private final @Nullable Incarnation incarnation;
    private final AtomicReference<Wanted> wanted;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile String draining = "";

    private final List<ListenerLane<Change>> lanes = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private RegistrationState announced = RegistrationState.REGISTERING;
    private long handedOn;

    HeldRegistration(RegistrarLoop loop, Instance instance, RegistrationOptions options) {
        this.loop = loop;
        this.key = loop.keyspace.key(instance.identity());
        this.incarnation = loop.settings.incarnations.get();
        Bytes value = encode(instance);
        this.wanted = new AtomicReference<>(new Wanted(instance, value, 0));
        this.claim = new ClaimLoop(loop, this, key, value, options);
    }

    private Bytes encode(Instance instance) {
        return incarnation == null ? loop.keyspace.encode(instance) : loop.keyspace.encode(instance, incarnation);
    }

    Bytes key() {
        return key;
    }

    ClaimLoop claim() {
        return claim;
    }

    CompletionStage<Void> whenEnded() {
        return ended;
    }

    private Wanted wanted() {
        return Objects.requireNonNull(wanted.get());
    }

    @Override
    public Instance instance() {
        return wanted().instance();
    }

    @Override
    public Optional<Incarnation> incarnation() {
        return Optional.ofNullable(incarnation);
    }

    @Override
    public RegistrationState state() {
        KeyClaim now = claim.claim();
        if (closed || now.phase() == Phase.ENDED) {
            return RegistrationState.CLOSED;
        }
        if (now.isPresent()) {
            return claim.surely() > 0 ? RegistrationState.REGISTERED : RegistrationState.SUSPECT;
        }
        return now.wasPresent() ? RegistrationState.LOST : RegistrationState.REGISTERING;
    }

    @Override
    public String reason() {
        RegistrationState now = state();
        if (now == RegistrationState.CLOSED && claim.claim().end() == null) {
            return "closed";
        }
        if (now == RegistrationState.SUSPECT) {
            String lease = claim.isUnconfirmed()
                    ? "the lease was renewed again; the store has not confirmed it yet"
                    : "the lease was not renewed in time";
            return lease + storeError();
        }
        if (now == RegistrationState.REGISTERED && !draining.isEmpty()) {
            return draining;
        }
        String reason = claim.claim().reason();
        return reason.equals("new") ? notYet() : reason;
    }

    private String notYet() {
        return loop.trouble.last() == null ? "no answer from the store yet" : "not in the store yet" + storeError();
    }

    private String storeError() {
        EtcdException error = loop.trouble.last();
        return error == null ? "" : "; last error: " + error.getMessage();
    }

    @Override
    public void onChange(RegistrationListener listener) {
        ListenerLane<Change> lane = new ListenerLane<Change>(
                        loop.listeners,
                        change -> listener.changed(this, change.state(), change.reason()),
                        ListenerLane.Merge.latest())
                .retriedBy(loop.timer)
                .onFailure((cause, failures) -> loop.observed(new Observation.ListenerFailed(
                        "registration " + instance().identity(), failures, cause)));
        boolean taken = loop.serial.offer(() -> {
            lane.offer(this, new Change(announced, reason()));
            if (announced == RegistrationState.CLOSED) {
                lane.finish();
            } else {
                lanes.add(lane);
            }
        });
        if (!taken) {
            lane.offer(this, new Change(RegistrationState.CLOSED, reason()));
            lane.finish();
        }
    }

    @Override
    public void update(Instance changed) {
        update(before -> changed);
    }

    @Override
    public void update(UnaryOperator<Instance> change) {
        wanted.updateAndGet(before -> {
            Instance after = change.apply(before.instance());
            if (!after.identity().equals(before.instance().identity())) {
                throw new IllegalArgumentException(
                        "the registration of " + before.instance().identity() + " cannot become " + after.identity()
                                + "; close it and register the other");
            }
            Instance marked = draining.isEmpty() ? after : after.withStatus(InstanceStatus.LEAVING);
            return new Wanted(marked, encode(marked), before.version() + 1);
        });
        if (state() == RegistrationState.CLOSED) {
            throw new IllegalStateException("the registration of " + instance().identity() + " is closed: " + reason());
        }
        loop.serial.offer(this::handOn);
    }

    /** Gives the claim the last update; those before it were overtaken. */
    private void handOn() {
        Wanted last = wanted();
        if (last.version() > handedOn) {
            handedOn = last.version();
            claim.feed(new ClaimEvent.Wanted(last.value()));
        }
    }

    @Override
    public Registration awaitRegistered(Duration bound) {
        CompletableFuture<Registration> done = inStore();
        try {
            return done.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            loop.serial.offer(() -> waiters.removeIf(waiter -> waiter.done() == done));
            throw new RegistrationException(
                    "%s is not registered after %s: %s".formatted(instance().identity(), seconds(bound), explain()),
                    loop.trouble.last());
        } catch (ExecutionException e) {
            throw closedBefore();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistrationException(
                    "interrupted while waiting for " + instance().identity(), e);
        }
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    private String explain() {
        String hint = claim.claim().phase() == Phase.BLOCKED
                ? " (key " + key + "); it registers when that one is gone, or use OnConflict.TAKE_OVER"
                : " (key " + key + "); it goes on trying";
        return reason() + hint;
    }

    private RegistrationException closedBefore() {
        String hint = claim.claim().end() == End.CONFLICT
                ? "; choose another id, or wait for it with OnConflict.WAIT"
                : "; register it again if it is to be seen";
        return new RegistrationException(
                instance().identity() + " is not registered, its registration is closed: " + reason() + " (key " + key
                        + ")" + hint,
                loop.trouble.last());
    }

    @Override
    public CompletionStage<Registration> registered() {
        return inStore()
                .handleAsync(
                        (me, error) -> {
                            if (error != null) {
                                throw closedBefore();
                            }
                            return me;
                        },
                        loop.listeners)
                .minimalCompletionStage();
    }

    private CompletableFuture<Registration> inStore() {
        CompletableFuture<Registration> done = new CompletableFuture<>();
        Waiter waiter = new Waiter(wanted().version(), done);
        boolean taken = loop.serial.offer(() -> {
            waiters.add(waiter);
            moved();
        });
        if (!taken) {
            done.completeExceptionally(new IllegalStateException("closed"));
        }
        return done;
    }

    /** Something about the claim or its lease changed: tells those who wait and listen. On the serial executor. */
    void moved() {
        RegistrationState now = state();
        if (now != announced) {
            announced = now;
            Change change = new Change(now, reason());
            lanes.forEach(lane -> lane.offer(this, change));
        }
        if (now == RegistrationState.CLOSED) {
            lanes.forEach(ListenerLane::finish);
            lanes.clear();
            waiters.forEach(waiter -> waiter.done().completeExceptionally(new IllegalStateException("closed")));
            waiters.clear();
        } else if (now == RegistrationState.REGISTERED && claim.claim().isSettled()) {
            waiters.removeIf(
                    waiter -> waiter.version() <= handedOn && waiter.done().complete(this));
        }
    }

    /** The claim has ended. On the serial executor. */
    void ended() {
        ended.complete(null);
    }

    /** Stops being registered for those who ask; what it takes is done by others. Whether it was open until now. */
    boolean markClosed() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** The value that says "my owner left"; empty where the format cannot say it, or has no room for it. */
    Bytes farewell() {
        if (!loop.keyspace.knowsLeaving()) {
            return Bytes.EMPTY;
        }
        try {
            return encode(instance().withStatus(InstanceStatus.LEAVING));
        } catch (IllegalArgumentException tooLarge) {
            return Bytes.EMPTY;
        }
    }

    @Override
    public CompletionStage<Void> drain(String reason, Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST_DRAIN) > 0) {
            throw new IllegalArgumentException("draining takes from no time to a day, not " + delay);
        }
        if (closed || !loop.keyspace.knowsLeaving()) {
            return closeAsync();
        }
        draining = "draining" + (reason.isEmpty() ? "" : ": " + reason);
        try {
            update(me -> me);
        } catch (IllegalArgumentException | IllegalStateException tooLargeOrClosed) {
            return closeAsync();
        }
        Timer.Handle delayed = loop.timer.schedule(delay.toNanos(), this::closeAsync);
        var unused = ended.whenComplete((nothing, never) -> delayed.cancel());
        return gone();
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        if (markClosed()) {
            boolean taken = loop.serial.offer(() -> {
                moved();
                claim.feed(new ClaimEvent.Leave(farewell(), false));
                loop.after(CLOSE_BOUND.toNanos(), this::overdue);
            });
            if (!taken) {
                ended.complete(null);
            }
        }
        return gone();
    }

    private CompletionStage<Void> gone() {
        return ended.thenRunAsync(() -> {}, loop.listeners).minimalCompletionStage();
    }

    /** The store did not answer in time. */
    private void overdue() {
        if (!ended.isDone()) {
            claim.releaseLease();
        }
    }

    @Override
    public void close() {
        closeAsync();
        try {
            ended.get(CLOSE_BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It goes on behind the scenes, as promised.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "Registration[" + instance().identity() + " " + state() + "]";
    }
}
