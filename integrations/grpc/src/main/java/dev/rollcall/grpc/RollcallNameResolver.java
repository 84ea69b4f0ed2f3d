package dev.rollcall.grpc;

import dev.rollcall.discovery.OverlayView;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.Subscription;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
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
 * <p>While the store is away the view shows what was known last, and so does this: the lack of a store is never told as an error to a channel that was given
 * addresses. One that comes back from idleness, and with a new resolver, is told the last ones again where the store was not read
 * {@value #AGAIN_MILLIS} ms after the start; one that never had any is told an error {@value #FIRST_SECONDS} s after it, so that calls fail with the reason. A
 * Rollcall that its owner closed is told to all.
 *
 * <p>What is not final belongs to the channel's synchronization context. Snapshots are read on its offload executor, one at a time, because hosts may have
 * to be looked up.
 */
final class RollcallNameResolver extends NameResolver {

    private static final Logger log = LoggerFactory.getLogger(RollcallNameResolver.class);
    private static final int FIRST_SECONDS = 2;
    private static final int AGAIN_MILLIS = 200;
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
    private List<EquivalentAddressGroup> told = List.of();
    private long startedAt;
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
        open(listener);
    }

    private void open(Listener2 listener) {
        try {
            Stores.Use use = stores.use(target);
            store = use;
            ServiceView opened = use.rollcall()
                    .discovery()
                    .openView(target.serviceIn(use.rollcall().keyspace()));
            view = opened;
            startedAt = Ticks.nanos();
            overlays = opened.overlays().addListener(changed -> changed());
            opened.addListener(SnapshotListener.ofAnyChange(this::changed));
            opened.closed()
                    .whenComplete(
                            (done, refused) -> args.getSynchronizationContext().execute(() -> ended(opened)));
            if (!lastTold().isEmpty()) {
                after(Duration.ofMillis(AGAIN_MILLIS));
            }
            after(Duration.ofSeconds(FIRST_SECONDS));
        } catch (IllegalStateException closed) {
            fail(listener, store == null ? String.valueOf(closed.getMessage()) : CLOSED, closed);
        } catch (RuntimeException e) {
            fail(listener, String.valueOf(e.getMessage()), e);
        }
    }

    /** A view that others than this resolver ended: their Rollcall was closed. Calls go on with what is connected; gRPC asks again before long. */
    private void ended(ServiceView ending) {
        Listener2 current = listener;
        if (view == ending && current != null) {
            fail(current, CLOSED, null);
        }
    }

    private void fail(Listener2 listener, String why, @Nullable Throwable cause) {
        letGo();
        told = List.of();
        Status status = Status.UNAVAILABLE
                .withDescription("the target " + target.text() + " cannot be resolved: " + why)
                .withCause(cause);
        listener.onResult2(result(StatusOr.fromStatus(status)));
    }

    private List<EquivalentAddressGroup> lastTold() {
        return stores.lastTold().of(args.getSynchronizationContext(), target.text());
    }

    private void after(Duration time) {
        args.getSynchronizationContext()
                .schedule(this::changed, time.toNanos(), TimeUnit.NANOSECONDS, args.getScheduledExecutorService());
    }

    /** The view follows the store by itself; what may have changed unseen is what names of hosts mean. */
    @Override
    public void refresh() {
        Listener2 current = listener;
        if (view != null) {
            changed();
        } else if (current != null && !shutDown) {
            open(current);
        }
    }

    /** From any thread. */
    private void changed() {
        if (asked.getAndIncrement() == 0) {
            try {
                offload.execute(this::read);
            } catch (RejectedExecutionException e) {
                asked.set(0);
                log.debug("{}: the channel's executor takes nothing more", target.text(), e);
            }
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
            args.getSynchronizationContext().execute(() -> tell(addresses));
        }
    }

    private void tell(Addresses found) {
        Listener2 current = listener;
        ServiceView shown = view;
        if (shutDown || current == null || shown == null) {
            return;
        }
        if (!found.groups().isEmpty()) {
            tell(current, found.groups());
        } else if (found.known()) {
            if (!told.isEmpty()) {
                // An error alone would leave the connections up, to instances that want no work any more.
                current.onResult2(result(StatusOr.fromValue(List.of())));
            }
            told = List.of();
            keep();
            current.onResult2(result(StatusOr.fromStatus(found.lack())));
        } else {
            tellUnread(current, shown);
        }
    }

    private void tell(Listener2 current, List<EquivalentAddressGroup> groups) {
        if (!groups.equals(told)) {
            told = groups;
            keep();
            current.onResult2(result(StatusOr.fromValue(groups)));
        }
    }

    private void tellUnread(Listener2 current, ServiceView shown) {
        Duration waited = Duration.ofNanos(Ticks.nanos() - startedAt);
        List<EquivalentAddressGroup> last = lastTold();
        if (!last.isEmpty()) {
            if (waited.toMillis() >= AGAIN_MILLIS) {
                tell(current, last);
            }
        } else if (waited.toSeconds() >= FIRST_SECONDS) {
            String why = shown.health().lastError().map(error -> ": " + error).orElse("");
            current.onResult2(result(StatusOr.fromStatus(
                    Status.UNAVAILABLE.withDescription("the store was not read for " + target.text() + why))));
        }
    }

    private void keep() {
        stores.lastTold().keep(args.getSynchronizationContext(), target.text(), told);
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
        letGo();
    }

    private void letGo() {
        ServiceView shown = view;
        view = null;
        Subscription laid = overlays;
        overlays = null;
        if (laid != null) {
            laid.close();
        }
        if (shown != null) {
            shown.close();
        }
        Stores.Use used = store;
        store = null;
        if (used != null) {
            used.close();
        }
    }
}
