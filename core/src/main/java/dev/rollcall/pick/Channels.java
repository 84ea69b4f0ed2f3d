package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.Subscription;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A channel to each instance of a view, and the one for the next call.
 *
 * <p>A channel is opened when an instance comes up, and closed when it is gone and calls in flight had their time. Handed out are open channels only, as a
 * {@link PickStrategy} chooses; of a {@link PickStrategy#subset} only those of the subset are opened. One that is taken out of service by hand keeps its channel
 * for its return, and gets no calls. An instance that comes back as another incarnation, or
 * at another endpoint, gets a channel of its own. Picks take no lock. Safe for use by several threads.
 *
 * <pre>{@code
 * try (Channels<Socket> users = Channels.over(view, PickStrategy.leastLoaded(), ChannelFactory.of(Dial::to, Socket::close))) {
 *     users.awaitOpen(1, Duration.ofSeconds(5));
 *     Socket next = users.pick();
 * }
 * }</pre>
 *
 * @param <C> the channel of an RPC framework
 */
public final class Channels<C> implements AutoCloseable {

    private static final Duration USUAL_DRAIN = Duration.ofSeconds(10);
    private static final Duration LONGEST_DRAIN = Duration.ofDays(1);
    private static final int THREADS = 8;
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final ServiceView view;
    private final Sieve sieve;
    private final ChannelFactory<C> factory;
    private final long drainNanos;
    private final FollowingPicker picker;
    private final CallbackPool pool = CallbackPool.start("rollcall-channel", THREADS);
    private final Timer timer = Timer.start();
    private final TimeSource time = TimeSource.system();
    private final RandomSource random = RandomSource.system();
    private final LogBudget log = new LogBudget(LoggerFactory.getLogger(Channels.class), time);
    private final Map<InstanceId, C> open = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final Map<InstanceId, ChannelSlot<C>> slots = new HashMap<>();
    private final Set<ChannelSlot<C>> draining = new HashSet<>();
    private final Subscription subscription;
    private final Subscription overlaid;
    private @Nullable List<DiscoveredInstance> followed;
    private @Nullable Overlays followedOverlays;
    private boolean closed;

    private Channels(ServiceView view, PickStrategy strategy, ChannelFactory<C> factory, Duration drain) {
        this.view = view;
        this.sieve = strategy.sieve();
        this.factory = factory;
        this.drainNanos = drain.toNanos();
        this.picker = strategy.where(InstanceFilter.because("an open channel", this::withoutChannel))
                .following(view);
        this.subscription = view.addListener(SnapshotListener.ofAnyChange(this::follow));
        this.overlaid = view.overlays().addListener(changed -> follow());
    }

    /**
     * Channels that are closed 10 s after their instance went.
     *
     * @param view stays the caller's to close, after this
     */
    public static <C> Channels<C> over(ServiceView view, PickStrategy strategy, ChannelFactory<C> factory) {
        return over(view, strategy, factory, USUAL_DRAIN);
    }

    /**
     * As {@link #over(ServiceView, PickStrategy, ChannelFactory)}, with another time for calls in flight.
     *
     * @param drain how long a channel stays open after its instance went, from zero to a day
     */
    public static <C> Channels<C> over(
            ServiceView view, PickStrategy strategy, ChannelFactory<C> factory, Duration drain) {
        if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
            throw new IllegalArgumentException("a channel is drained for nothing to a day, not " + drain);
        }
        return new Channels<>(view, strategy, factory, drain);
    }

    /**
     * The channel for the next call.
     *
     * @throws NoInstanceException where there is none; it says why of each instance
     */
    public C pick() {
        C ready = open.get(picker.pick().identity());
        return ready == null ? other(picker.start()) : ready;
    }

    /**
     * The channel for a key, as {@link Picker#pick(Object)} takes it.
     *
     * @throws NoInstanceException where there is none; it says why of each instance
     */
    public C pick(Object key) {
        C ready = open.get(picker.pick(key).identity());
        return ready == null ? other(picker.start(key)) : ready;
    }

    /** The picker looks anew within 10 ms of a channel's end; until then the call goes on to others. */
    private C other(Call begun) {
        try (Call call = begun) {
            C found = next(call);
            call.cancelled();
            return found;
        }
    }

    /**
     * Picks a channel, and counts the call until it is closed.
     *
     * @throws NoInstanceException where there is none; it says why of each instance
     */
    public ChannelCall<C> start() {
        return counted(picker.start());
    }

    /**
     * As {@link #start()}, for a key as {@link Picker#pick(Object)} takes it.
     *
     * @throws NoInstanceException where there is none; it says why of each instance
     */
    public ChannelCall<C> start(Object key) {
        return counted(picker.start(key));
    }

    private ChannelCall<C> counted(Call call) {
        return new ChannelCall<>(this, call, next(call));
    }

    /** The open channel at which a call is, after it moved on to one where it was at none. */
    private C next(Call call) {
        C found = open.get(call.instance().identity());
        while (found == null) {
            call.cancelled();
            if (!call.retry()) {
                throw picker.none();
            }
            found = open.get(call.instance().identity());
        }
        return found;
    }

    /** Lets a call move on; null where there is no open channel it did not try. */
    @Nullable C another(Call call) {
        while (call.retry()) {
            C found = open.get(call.instance().identity());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /**
     * Says that a channel is of no use any more: it is closed at once, and another one opened to the same instance after 100 ms; later after up to 10 s, where it
     * breaks again and again. For frameworks whose channels do not connect anew by themselves. A channel that is not open here is ignored.
     */
    public void replace(C broken) {
        synchronized (lock) {
            for (Map.Entry<InstanceId, ChannelSlot<C>> entry : slots.entrySet()) {
                ChannelSlot<C> slot = entry.getValue();
                if (slot.channel() == broken) {
                    long rest = slot.broken(time.nanos(), random);
                    if (rest >= 0) {
                        open.remove(entry.getKey());
                        later(rest, slot);
                        discard(broken);
                    }
                    break;
                }
            }
        }
        picker.renew();
    }

    /** How many channels are open, those that drain not among them. */
    public int size() {
        return open.size();
    }

    /** How the calls fare that were counted. Takes time: for people and tools. */
    public PickerHealth health() {
        return picker.health();
    }

    /** The instances that are shown and not picked at present, each with the reason. Takes time: for people and tools. */
    public List<LeftOut> leftOut() {
        return picker.leftOut();
    }

    /** Waits until so many channels are open; false where they are not within the bound, this is closed, or the waiting thread is interrupted. */
    public boolean awaitOpen(int atLeast, Duration bound) {
        long deadline = time.nanos() + bound.toNanos();
        synchronized (lock) {
            while (open.size() < atLeast) {
                long remaining = deadline - time.nanos();
                if (closed || remaining <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, remaining);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    /** Closes all channels, calls in flight or not, within 3 s whatever the factory does. The view stays open. Idempotent. */
    @Override
    public void close() {
        subscription.close();
        overlaid.close();
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open.clear();
            List<ChannelSlot<C>> all = new ArrayList<>(slots.values());
            all.addAll(draining);
            slots.clear();
            draining.clear();
            all.forEach(this::end);
            lock.notifyAll();
        }
        timer.close();
        pool.close(CLOSING);
    }

    @Override
    public String toString() {
        return open.size() + " channels to " + view.service();
    }

    private String withoutChannel(Instance instance) {
        if (open.containsKey(instance.identity())) {
            return "";
        }
        synchronized (lock) {
            ChannelSlot<C> slot = slots.get(instance.identity());
            return "no channel" + (slot == null || slot.trouble().isEmpty() ? "" : ": " + slot.trouble());
        }
    }

    /** Opens and drains, by what is shown now. */
    private void follow() {
        synchronized (lock) {
            Snapshot snapshot = view.snapshot();
            List<DiscoveredInstance> shown = snapshot.instances();
            Overlays overlays = view.overlays().now();
            if (closed || (shown == followed && overlays == followedOverlays)) {
                return;
            }
            followed = shown;
            followedOverlays = overlays;
            Map<InstanceId, DiscoveredInstance> found = new HashMap<>();
            shown.forEach(one -> found.put(one.instance().identity(), one));
            for (ChannelSlot<C> slot : List.copyOf(slots.values())) {
                InstanceId identity = slot.found().instance().identity();
                DiscoveredInstance now = found.get(identity);
                if (now == null || !slot.reaches(now)) {
                    slots.remove(identity);
                    drain(identity, slot);
                } else {
                    slot.says(now);
                }
            }
            Sieve.Sifted wanted = sieve.sift(shown, overlays, one -> Hash64.of(one.identity()));
            open(wanted.own(), found);
            open(wanted.others(), found);
        }
        picker.renew();
    }

    private void open(List<Instance> instances, Map<InstanceId, DiscoveredInstance> found) {
        for (Instance instance : instances) {
            InstanceId identity = instance.identity();
            DiscoveredInstance shown = found.get(identity);
            if (shown != null && !slots.containsKey(identity)) {
                ChannelSlot<C> slot = new ChannelSlot<>(shown);
                slots.put(identity, slot);
                open(slot);
            }
        }
    }

    private void open(ChannelSlot<C> slot) {
        try {
            Instance instance = slot.found().instance();
            pool.execute(() -> {
                try {
                    opened(slot, factory.open(instance));
                } catch (IOException | RuntimeException | Error e) {
                    failed(slot, e);
                }
            });
        } catch (RejectedExecutionException full) {
            failed(slot, full);
        }
    }

    private void opened(ChannelSlot<C> slot, C channel) {
        boolean kept;
        synchronized (lock) {
            kept = slot.opened(channel, time.nanos());
            if (kept) {
                open.put(slot.found().instance().identity(), channel);
                picker.renew();
                lock.notifyAll();
            }
        }
        if (!kept) {
            closeNow(channel);
        }
    }

    private void failed(ChannelSlot<C> slot, Throwable cause) {
        synchronized (lock) {
            long rest = slot.failed(cause, random);
            if (rest >= 0) {
                log.log(
                        Level.INFO,
                        "no channel to {} could be opened: {}",
                        slot.found().instance(),
                        cause);
                later(rest, slot);
            }
        }
    }

    private void later(long nanos, ChannelSlot<C> slot) {
        timer.schedule(nanos, () -> {
            synchronized (lock) {
                if (!closed && slot.rested()) {
                    open(slot);
                }
            }
        });
    }

    private void drain(InstanceId identity, ChannelSlot<C> slot) {
        C channel = slot.channel();
        if (slot.gone() && channel != null) {
            open.remove(identity, channel);
            draining.add(slot);
            timer.schedule(drainNanos, () -> drained(slot));
        }
    }

    private void drained(ChannelSlot<C> slot) {
        synchronized (lock) {
            if (draining.remove(slot)) {
                end(slot);
            }
        }
    }

    private void end(ChannelSlot<C> slot) {
        C channel = slot.close();
        if (channel != null) {
            discard(channel);
        }
    }

    private void discard(C channel) {
        try {
            pool.execute(() -> closeNow(channel));
        } catch (RejectedExecutionException full) {
            log.log(Level.WARN, "a channel is left open: {}", full.toString());
        }
    }

    private void closeNow(C channel) {
        try {
            factory.close(channel);
        } catch (IOException | RuntimeException | Error e) {
            log.log(Level.WARN, "a channel could not be closed: {}", e.toString());
        }
    }
}
