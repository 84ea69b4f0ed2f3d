package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import dev.rollcall.observe.Observer;
import dev.rollcall.observe.ObserverLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Finds services: opens views of them and keeps the views alive.
 *
 * <p>Views of the same service with the same options share one watch. Safe for use by several threads. Closing it ends every view, leaves no
 * thread behind and takes at most 3 s; the client stays open.
 */
public final class Discovery implements AutoCloseable {

    private static final int WORKERS = 2;
    private static final String OVERLAYS = "overlays";
    private static final Duration DISK_PATIENCE = Duration.ofMillis(500);

    private final Keyspace keyspace;
    private final DiscoverySettings settings;
    private final Wiring wiring;
    private final OverlayWriter overlayWriter;
    private final List<Runnable> closers;

    private final Object lock = new Object();
    private final Map<ViewKey, Shared> shared = new HashMap<>();
    private final List<ViewHandle<?, ?>> handles = new ArrayList<>();
    private @Nullable OverlayView overlays;
    private boolean closed;

    private record ViewKey(String name, ViewOptions options) {}

    /** A loop and how many views stand on it. */
    private static final class Shared {
        private final ViewLoop<DiscoveredInstance, Snapshot> loop;
        private int users;

        Shared(ViewLoop<DiscoveredInstance, Snapshot> loop) {
            this.loop = loop;
        }
    }

    /** Discovery that stands on this; the closers end what is its own, in this order. */
    Discovery(Keyspace keyspace, DiscoverySettings settings, Wiring wiring, List<Runnable> closers) {
        this.keyspace = keyspace;
        this.settings = settings;
        this.wiring = wiring;
        this.overlayWriter = new OverlayWriter(wiring.client().kv(), keyspace);
        this.closers = closers;
    }

    /** Discovery over a client, which stays its owner's to close. */
    public static Discovery over(EtcdClient client, Keyspace keyspace, DiscoverySettings settings) {
        CallbackPool workers = CallbackPool.start("rollcall-discovery", WORKERS);
        CallbackPool ownListeners = settings.listenerExecutor().isPresent() ? null : CallbackPool.start();
        Executor listeners = ownListeners == null ? settings.listenerExecutor().orElseThrow() : ownListeners;
        Observer observer = ObserverLane.on(listeners, settings.observer());
        List<Runnable> closers = new ArrayList<>(List.of(workers::close));
        if (observer != settings.observer() && observer instanceof ObserverLane lane) {
            closers.add(lane::close);
        }
        if (ownListeners != null) {
            closers.add(ownListeners::close);
        }
        TimeSource time = TimeSource.system();
        LogBudget log = Wiring.log(time);
        Optional<DiskKeeper.Disk> disk = settings.diskView().map(kept -> {
            CallbackPool writer = CallbackPool.start("rollcall-disk", 1);
            closers.add(() -> writer.close(DISK_PATIENCE));
            return new DiskKeeper.Disk(new DiskViews(kept, time, log), writer);
        });
        Wiring wiring =
                new Wiring(client, Timer.start(), workers, listeners, time, RandomSource.system(), observer, disk, log);
        return new Discovery(keyspace, settings, wiring, closers);
    }

    /** A view of a service, shown as the settings say. */
    public ServiceView view(String service) {
        return view(service, settings.options());
    }

    /**
     * A view of a service. Returns after the store was read, or after the settings' bound: then the view is empty and {@link Freshness#STALE}, or shows
     * what is on disk and is {@link Freshness#SEEDED}, and goes on trying.
     *
     * @throws IllegalArgumentException if it is no name of a service
     * @throws IllegalStateException if this is closed
     */
    public ServiceView view(String service, ViewOptions options) {
        return service(service, options, settings.startBound());
    }

    /**
     * A view of a service, as {@link #view(String)}, for who must not wait: returns at once, empty and not {@link Snapshot#known()} where no other view of
     * the service stands. {@link ServiceView#awaitSnapshotAsync} tells when the store was read.
     */
    public ServiceView openView(String service) {
        return service(service, settings.options(), Duration.ZERO);
    }

    private ServiceView service(String service, ViewOptions options, Duration bound) {
        KeyRange range = keyspace.serviceRange(service);
        return open(service, range, InstanceReader.ofService(keyspace, service), options, bound);
    }

    /** A view of all services below a directory, shown as the settings say. */
    public ServiceView directory(String dir) {
        return directory(dir, settings.options());
    }

    /** A view of all services below a directory of services; empty for all there are. Otherwise as {@link #view(String, ViewOptions)}. */
    public ServiceView directory(String dir, ViewOptions options) {
        KeyRange range = keyspace.directoryRange(dir);
        return open(dir + "/", range, InstanceReader.ofAll(keyspace), options, settings.startBound());
    }

    private ServiceView open(String name, KeyRange range, InstanceReader reader, ViewOptions options, Duration bound) {
        ViewKey key = new ViewKey(name, options);
        ViewHandle<DiscoveredInstance, Snapshot> handle;
        synchronized (lock) {
            checkOpen();
            Shared entry = shared.computeIfAbsent(key, absent -> new Shared(loop(name, range, reader, options)));
            entry.users++;
            handle = new ViewHandle<>(name, entry.loop, ended -> release(key, ended));
            handles.add(handle);
        }
        handle.awaitKnown(bound);
        return new ServiceView(name, handle, this::overlays);
    }

    private ViewLoop<DiscoveredInstance, Snapshot> loop(
            String name, KeyRange range, InstanceReader reader, ViewOptions options) {
        var reducer = new SnapshotReducer<>(reader, settings.guard(options), settings.proof());
        DiskKeeper keeper = wiring.disk()
                .map(disk -> new DiskKeeper(range, disk, wiring.now(), wiring.time()))
                .orElse(null);
        var loop = new ViewLoop<DiscoveredInstance, Snapshot>(
                name,
                range,
                wiring,
                reducer,
                (state, previous) -> Snapshot.of(name, state, wiring.time(), previous),
                keeper);
        loop.start();
        return loop;
    }

    private void release(ViewKey key, ViewHandle<?, ?> handle) {
        ViewLoop<?, ?> last = null;
        synchronized (lock) {
            handles.remove(handle);
            Shared entry = shared.get(key);
            if (entry != null && --entry.users == 0) {
                shared.remove(key);
                last = entry.loop;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /**
     * Follows the raw keys and values below a directory of the store, at any depth: {@code /test} is {@code /test/...}, never {@code /test1};
     * empty is the whole store. Returns after the existing entries were read, or after the settings' bound.
     *
     * @param put told of each entry, first of the existing ones
     * @param delete told of each deleted entry with its last value
     */
    public Follower follow(String dir, FollowListener put, FollowListener delete) {
        var reducer = new SnapshotReducer<>(new RawReader(), settings.guard(settings.options()), settings.proof());
        ViewHandle<FollowedEntry, List<FollowedEntry>> handle;
        synchronized (lock) {
            checkOpen();
            var loop = new ViewLoop<FollowedEntry, List<FollowedEntry>>(
                    dir,
                    Keyspace.below(dir),
                    wiring,
                    reducer,
                    (state, previous) -> state.content().shown().values(),
                    null);
            handle = new ViewHandle<>(dir, loop, ended -> {
                forget(ended);
                loop.close();
            });
            handles.add(handle);
            loop.start();
        }
        Follower follower = new Follower(dir, handle, put, delete);
        handle.awaitKnown(settings.startBound());
        return follower;
    }

    private void forget(ViewHandle<?, ?> handle) {
        synchronized (lock) {
            handles.remove(handle);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the discovery is closed");
        }
    }

    /**
     * The names of the services that have at least one key, sorted.
     *
     * @throws dev.rollcall.etcd.EtcdException if the store cannot be read
     */
    public List<String> services() {
        return joined(servicesAsync());
    }

    /** Twin of {@link #services()}. */
    public CompletionStage<List<String>> servicesAsync() {
        Get keys = Get.range(keyspace.directoryRange("")).withoutValues();
        return wiring.client().kv().listAsync(keys).thenApply(list -> {
            TreeSet<String> names = new TreeSet<>();
            list.kvs().forEach(kv -> {
                Optional<InstanceId> identity = keyspace.identify(kv.key());
                identity.ifPresent(id -> names.add(id.service()));
            });
            return List.copyOf(names);
        });
    }

    /**
     * Who is taken out of service by hand, as all pickers over views of this discovery see it. Returns at once; the first call opens one watch for all. After
     * closing it is what was known last.
     */
    public OverlayView overlays() {
        synchronized (lock) {
            OverlayView opened = overlays;
            if (opened == null) {
                opened = openOverlays();
                overlays = opened;
            }
            return opened;
        }
    }

    private OverlayView openOverlays() {
        KeyRange range = OverlayFormat.range(keyspace.directoryRange(""));
        var reducer = new SnapshotReducer<>(
                new OverlayReader(keyspace), settings.guard(settings.options()), settings.proof());
        DiskKeeper keeper = wiring.disk()
                .map(disk -> new DiskKeeper(range, disk, wiring.now(), wiring.time()))
                .orElse(null);
        var loop = new ViewLoop<OverlayEntry, Overlays>(OVERLAYS, range, wiring.apart(), reducer, Overlays::of, keeper);
        var handle = new ViewHandle<>(OVERLAYS, loop, ended -> loop.close());
        if (closed) {
            handle.close();
        } else {
            loop.start();
        }
        return new OverlayView(handle, wiring.time());
    }

    /**
     * Takes an instance out of service until {@link #resume}: no picker chooses it, whatever it says of itself. It counts for the incarnation that is registered
     * now, also where its key is lost and written anew, and not for the next one. An overlay that it had is replaced.
     *
     * @param reason for people: who is left without an instance is told it; may be empty
     * @return what was written
     * @throws DiscoveryException if it is not registered
     * @throws dev.rollcall.etcd.EtcdException if the store cannot be read or written
     * @throws IllegalArgumentException if the reason is longer than 512 bytes or has control characters, or the keyspace has no place for the instance
     */
    public Overlay takeOut(InstanceId instance, String reason) {
        return joined(takeOutAsync(instance, reason));
    }

    /** Twin of {@link #takeOut}. */
    public CompletionStage<Overlay> takeOutAsync(InstanceId instance, String reason) {
        return overlayWriter.takeOut(instance, reason);
    }

    /**
     * Takes the overlay of an instance away, whichever incarnation it is about, and whether that is registered or not: as far as operators are concerned it is
     * in service again.
     *
     * @return the overlay that there was, empty where there was none
     * @throws dev.rollcall.etcd.EtcdException if the store cannot be written
     */
    public Optional<Overlay> resume(InstanceId instance) {
        return joined(resumeAsync(instance));
    }

    /** Twin of {@link #resume}. */
    public CompletionStage<Optional<Overlay>> resumeAsync(InstanceId instance) {
        return overlayWriter.resume(instance);
    }

    /** Every call of the client has a bound of its own. */
    private static <T> T joined(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** How every open view and follower fares. */
    public List<ViewHealth> health() {
        List<ViewHandle<?, ?>> open;
        synchronized (lock) {
            open = List.copyOf(handles);
        }
        return open.stream().map(ViewHandle::health).toList();
    }

    /** Ends every view and follower. Idempotent; takes at most 3 s. */
    @Override
    public void close() {
        List<ViewHandle<?, ?>> ending;
        OverlayView endingToo;
        synchronized (lock) {
            closed = true;
            ending = List.copyOf(handles);
            endingToo = overlays;
        }
        ending.forEach(ViewHandle::close);
        if (endingToo != null) {
            endingToo.close();
        }
        wiring.timer().close();
        closers.forEach(Runnable::run);
    }
}
