package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.OverlayView;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.Subscription;
import dev.rollcall.grpc.Addresses.Reached;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a channel the addresses of a service, as a view shows them.
 *
 * <p>While the store is away the view shows what was known last, and so does this: the lack of a store, or of a Rollcall, is never told as an error to a channel
 * that was given addresses. One that comes back from idleness, and with a new resolver, is told those again that are in service still and were right within the
 * hour, where the store was not read {@value #AGAIN_MILLIS} ms after the start; one that has none is told an error {@value #FIRST_SECONDS} s after it, so that
 * calls fail with the reason.
 *
 * <p>A Rollcall that its owner closed is an error for a channel without addresses, which gRPC then lets ask again. For one with addresses it is none, as
 * {@code pick_first} would close the connections that it has; this looks for another Rollcall once in {@value #AFRESH_SECONDS} s.
 *
 * <p>What is not final belongs to the channel's synchronization context. Snapshots are read on its offload executor, one at a time, because hosts may have
 * to be looked up.
 */
final class RollcallNameResolver extends NameResolver {

    private static final Logger log = LoggerFactory.getLogger(RollcallNameResolver.class);
    private static final int FIRST_SECONDS = 2;
    private static final int AGAIN_MILLIS = 200;
    private static final int AFRESH_SECONDS = 1;
    private static final String CLOSED = "the Rollcall behind it was closed";

    private final Target target;
    private final Stores stores;
    private final Args args;
    private final Executor offload;
    private final AtomicInteger asked = new AtomicInteger();
    private final Hosts hosts = Hosts.ofTheSystem();

    private @Nullable Listener2 listener;
    private Stores.@Nullable Use store;
    private @Nullable Subscription overlays;
    private volatile @Nullable ServiceView view;

    /** What the channel goes by. */
    private List<Reached> told = List.of();

    /** What it goes by as long as there is no view that was read, but for those who were taken out by hand since. */
    private List<Reached> last = List.of();

    private @Nullable ServiceView lastOf;
    private long startedAt;
    private boolean failing;
    private SynchronizationContext.@Nullable ScheduledHandle afresh;
    private boolean shutDown;

    RollcallNameResolver(Target target, Stores stores, Args args) {
        this.target = target;
        this.stores = stores;
        this.args = args;
        Executor given = args.getOffloadExecutor();
        this.offload = given == null ? Runnable::run : given;
    }

    /** The path, which certificates are checked against too; a slash within is escaped, for an authority has none. */
    @Override
    public String getServiceAuthority() {
        return URLEncoder.encode(target.path(), StandardCharsets.UTF_8);
    }

    @Override
    public void start(Listener2 listener) {
        this.listener = listener;
        last = stores.lastTold().of(args.getSynchronizationContext(), target.text(), Ticks.nanos());
        open(listener);
    }

    private void open(Listener2 listener) {
        try {
            Stores.Use before = store;
            Stores.Use use = stores.use(target);
            store = use;
            if (before != null) {
                before.close();
            }
            ServiceView opened = viewOf(use.rollcall());
            view = opened;
            failing = false;
            startedAt = Ticks.nanos();
            overlays = opened.overlays().addListener(changed -> changed());
            opened.addListener(SnapshotListener.ofAnyChange(this::changed));
            opened.closed()
                    .whenComplete((done, refused) ->
                            handOver(() -> args.getSynchronizationContext().execute(() -> ended(opened))));
            if (!last.isEmpty()) {
                after(Duration.ofMillis(AGAIN_MILLIS));
            }
            after(Duration.ofSeconds(FIRST_SECONDS));
        } catch (RuntimeException e) {
            fail(listener, String.valueOf(e.getMessage()), e);
        }
    }

    private ServiceView viewOf(Rollcall rollcall) {
        String service = target.serviceIn(rollcall.keyspace());
        try {
            return rollcall.discovery().openView(service);
        } catch (IllegalStateException closed) {
            throw new IllegalStateException(CLOSED, closed);
        }
    }

    /** A view that others than this resolver ended: their Rollcall was closed. */
    private void ended(ServiceView ending) {
        Listener2 current = listener;
        if (view == ending && current != null) {
            fail(current, CLOSED, null);
        }
    }

    private void fail(Listener2 current, String why, @Nullable Throwable cause) {
        letGoOfView();
        List<Reached> kept = told.isEmpty() ? inService(last) : told;
        if (kept.isEmpty()) {
            letGoOfStore();
            Status status = Status.UNAVAILABLE
                    .withDescription("the target " + target.text() + " cannot be resolved: " + why)
                    .withCause(cause);
            current.onResult2(result(StatusOr.fromStatus(status)));
            return;
        }
        if (!failing) {
            failing = true;
            log.info("{} keeps its {} instances, for it cannot be resolved: {}", target.text(), kept.size(), why);
        }
        tell(current, kept);
        // The store is kept, for one that was opened for targets is closed by the end of the JVM only: then there is no
        // other one to open.
        if (afresh == null || !afresh.isPending()) {
            afresh = schedule(this::openAfresh, Duration.ofSeconds(AFRESH_SECONDS));
        }
    }

    private void openAfresh() {
        Listener2 current = listener;
        if (view == null && current != null && !shutDown) {
            open(current);
        }
    }

    private List<Reached> inService(List<Reached> reached) {
        Stores.Use used = store;
        Overlays laid = used == null
                ? Overlays.none()
                : used.rollcall().discovery().overlays().now();
        return Addresses.inService(reached, laid);
    }

    private void after(Duration time) {
        schedule(this::changed, time);
    }

    private SynchronizationContext.ScheduledHandle schedule(Runnable task, Duration time) {
        return args.getSynchronizationContext()
                .schedule(task, time.toNanos(), TimeUnit.NANOSECONDS, args.getScheduledExecutorService());
    }

    /** The view follows the store by itself; what may have changed unseen is what names of hosts mean. */
    @Override
    public void refresh() {
        if (view != null) {
            changed();
        } else {
            openAfresh();
        }
    }

    /** From any thread. */
    private void changed() {
        if (asked.getAndIncrement() == 0 && !handOver(this::read)) {
            asked.set(0);
        }
    }

    /** So that no thread of a user, nor one that closes a Rollcall, does the channel's work. */
    private boolean handOver(Runnable task) {
        try {
            offload.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("{}: the channel's executor takes nothing more", target.text(), e);
            return false;
        }
    }

    private void read() {
        int seen;
        do {
            seen = asked.get();
            try {
                readOnce();
            } catch (RuntimeException e) {
                log.warn("{}: its addresses are read again at the next change", target.text(), e);
            }
        } while (!asked.compareAndSet(seen, 0));
    }

    private void readOnce() {
        ServiceView shown = view;
        if (shown != null) {
            OverlayView laid = shown.overlays();
            // Else the first calls might go to who was taken out long ago.
            Addresses addresses = Addresses.of(shown.snapshot(), laid.first(), hosts);
            args.getSynchronizationContext().execute(() -> tell(shown, addresses));
        }
    }

    private void tell(ServiceView shown, Addresses found) {
        Listener2 current = listener;
        if (shutDown || current == null || view != shown) {
            return;
        }
        if (!found.known()) {
            tellUnread(current, shown);
            return;
        }
        last = found.reached();
        lastOf = shown;
        keep(last, found.provenAt());
        if (last.isEmpty()) {
            tellNobody(current, found.lack());
        } else {
            tell(current, last);
        }
    }

    private void tell(Listener2 current, List<Reached> reached) {
        List<EquivalentAddressGroup> groups = Addresses.groups(reached);
        boolean news = !groups.equals(Addresses.groups(told));
        told = reached;
        if (news) {
            current.onResult2(result(StatusOr.fromValue(groups)));
        }
    }

    private void tellNobody(Listener2 current, Status why) {
        if (!told.isEmpty()) {
            // An error alone would leave the connections up, to instances that want no work any more.
            current.onResult2(result(StatusOr.fromValue(List.of())));
        }
        told = List.of();
        current.onResult2(result(StatusOr.fromStatus(why)));
    }

    private void tellUnread(Listener2 current, ServiceView shown) {
        Duration waited = Duration.ofNanos(Ticks.nanos() - startedAt);
        List<Reached> left = inService(last);
        if (!left.isEmpty()) {
            if (!told.isEmpty() || waited.toMillis() >= AGAIN_MILLIS) {
                tell(current, left);
            }
        } else if (!told.isEmpty() || waited.toSeconds() >= FIRST_SECONDS) {
            String why = shown.health().lastError().map(error -> ": " + error).orElse("");
            String out =
                    last.isEmpty() ? "" : ", and all " + last.size() + " instances of before are taken out by hand";
            tellNobody(
                    current,
                    Status.UNAVAILABLE.withDescription("the store was not read for " + target.text() + why + out));
        }
    }

    private void keep(List<Reached> reached, long provenAt) {
        stores.lastTold().keep(args.getSynchronizationContext(), target.text(), reached, provenAt);
    }

    private ResolutionResult result(StatusOr<List<EquivalentAddressGroup>> addresses) {
        ResolutionResult.Builder result = ResolutionResult.newBuilder().setAddressesOrError(addresses);
        String policy = target.policy();
        if (policy != null) {
            Map<String, ?> config = Map.of("loadBalancingConfig", List.of(Map.of(policy, Map.of())));
            result.setServiceConfig(args.getServiceConfigParser().parseServiceConfig(config));
        }
        return result.build();
    }

    @Override
    public void shutdown() {
        shutDown = true;
        SynchronizationContext.ScheduledHandle awaited = afresh;
        if (awaited != null) {
            awaited.cancel();
        }
        letGoOfView();
        letGoOfStore();
    }

    private void letGoOfView() {
        ServiceView shown = view;
        view = null;
        Subscription laid = overlays;
        overlays = null;
        if (laid != null) {
            laid.close();
        }
        if (shown != null) {
            if (shown == lastOf) {
                keep(last, Addresses.provenAt(shown.snapshot()));
            }
            shown.close();
        }
    }

    private void letGoOfStore() {
        Stores.Use used = store;
        store = null;
        if (used != null) {
            used.close();
        }
    }
}
