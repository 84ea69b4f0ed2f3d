package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connections of a client: at most one for each endpoint and lane, made when somebody waits for it.
 *
 * <p>Endpoints are tried in an order of the client's own; one that works is kept. While an attempt is slow the next endpoint is tried beside
 * it, and whoever waits gets the connection that opens first. {@link Reachability} paces the attempts. Used on the client's loop.
 */
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    /** After this time the next endpoint is tried beside the one that has not answered. */
    private static final long IMPATIENT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Waits for a connection; told exactly once. */
    interface Waiter {
        /** Here it is. */
        void ready(Connection connection);

        /** Whether it does not wait any more; it is not told anything then. */
        default boolean isOver() {
            return false;
        }

        /** There is none, in the time given or for a reason that waiting does not mend. */
        void failed(EtcdException cause);
    }

    private record Waiting(Lane lane, Predicate<Endpoint> wanted, Set<Endpoint> avoided, long since, Waiter waiter) {}

    private final List<Endpoint> endpoints;
    private final Dialer dialer;
    private final Loop loop;
    private final LogBudget logBudget;
    private final Map<Lane, Map<Endpoint, Connection>> open = new EnumMap<>(Lane.class);
    private final List<Connection> dialling = new ArrayList<>();
    private final Map<Lane, Endpoint> current = new EnumMap<>(Lane.class);
    private final Map<Endpoint, Reachability> reachability = new HashMap<>();
    private final Map<Endpoint, EtcdException> lastFailure = new LinkedHashMap<>();
    private final Map<Endpoint, Long> lastFailureAt = new HashMap<>();
    private final Set<Connection> retired = new LinkedHashSet<>();
    private final Map<Waiting, Loop.Timer> waiting = new LinkedHashMap<>();
    private Allegiance allegiance = Allegiance.NONE;
    private boolean closed;

    /** Over endpoints in the order in which this client prefers them. */
    Connections(List<Endpoint> endpoints, Dialer dialer, Loop loop, LogBudget logBudget) {
        this.endpoints = List.copyOf(endpoints);
        this.dialer = dialer;
        this.loop = loop;
        this.logBudget = logBudget;
        for (Lane lane : Lane.values()) {
            open.put(lane, new HashMap<>());
        }
        endpoints.forEach(endpoint -> reachability.put(endpoint, Reachability.START));
    }

    /** The endpoints, in the order in which this client prefers them. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The endpoint that is used for a lane now, or would be tried first. */
    Endpoint preferred(Lane lane) {
        return current.getOrDefault(lane, endpoints.get(0));
    }

    /** The open connection to a member, if there is one. */
    @Nullable Connection connection(Lane lane, Endpoint endpoint) {
        return of(open, lane).get(endpoint);
    }

    /**
     * Gets a connection, at once or when one opens.
     *
     * @param wanted which endpoints will do
     * @param avoided endpoints to take only if no other is open or could be opened now
     * @param patienceNanos how long to wait for it
     */
    void acquire(Lane lane, Predicate<Endpoint> wanted, Set<Endpoint> avoided, long patienceNanos, Waiter waiter) {
        if (closed) {
            waiter.failed(Errors.closed());
            return;
        }
        Waiting entry = new Waiting(lane, wanted, Set.copyOf(avoided), loop.now(), waiter);
        Connection found = find(entry);
        if (found != null) {
            waiter.ready(found);
            return;
        }
        Loop.Timer patience = loop.schedule(patienceNanos, () -> {
            if (waiting.remove(entry) != null) {
                waiter.failed(unreachable(entry));
            }
        });
        waiting.put(entry, patience);
        serve();
    }

    /** The member of this connection answered a call. */
    void answered(Connection connection) {
        allegiance = allegiance.heard(connection.cluster(), loop.now());
        reachability.computeIfPresent(connection.endpoint(), (e, known) -> known.answered());
    }

    /** The member of this connection let a call run into its deadline. */
    void timedOut(Connection connection) {
        reachability.computeIfPresent(connection.endpoint(), (e, known) -> known.timedOut(loop.now()));
        if (state(connection.endpoint()).skipped(loop.now())) {
            replace(connection);
        }
    }

    /** Lets a connection go that does not answer any more; the next one who wants its member gets a fresh one. */
    void replace(Connection connection) {
        if (of(open, connection.lane()).remove(connection.endpoint(), connection)) {
            allegiance = allegiance.heard(connection.cluster(), loop.now());
            connection.retire();
            retired.add(connection);
            retired.removeIf(old -> old != connection && old.ended());
        }
    }

    /** Breaks off all connections, and tells all who wait. */
    List<Connection> close() {
        closed = true;
        List<Connection> all = new ArrayList<>(retired);
        open.values().forEach(each -> all.addAll(each.values()));
        all.addAll(dialling);
        all.forEach(Connection::abort);
        List<Waiting> left = List.copyOf(waiting.keySet());
        left.forEach(this::served);
        left.forEach(entry -> entry.waiter().failed(Errors.closed()));
        return all;
    }

    private static Map<Endpoint, Connection> of(Map<Lane, Map<Endpoint, Connection>> map, Lane lane) {
        return map.computeIfAbsent(lane, l -> new HashMap<>());
    }

    private Reachability state(Endpoint endpoint) {
        return reachability.getOrDefault(endpoint, Reachability.START);
    }

    /** Endpoints that will do, best first: not skipped before skipped, the one in use before the others. */
    private List<Endpoint> candidates(Waiting entry) {
        long now = loop.now();
        List<Endpoint> found = new ArrayList<>();
        Endpoint used = current.get(entry.lane());
        endpoints.stream().filter(entry.wanted()).forEach(endpoint -> found.add(endpoint));
        found.sort(Comparator.comparing((Endpoint endpoint) -> state(endpoint).skipped(now))
                .thenComparing(endpoint -> !endpoint.equals(used)));
        return found;
    }

    private @Nullable Connection find(Waiting entry) {
        List<Endpoint> candidates = candidates(entry);
        boolean couldOpen = false;
        for (Endpoint endpoint : candidates) {
            Connection connection = connection(entry.lane(), endpoint);
            boolean avoided =
                    entry.avoided().contains(endpoint) || state(endpoint).skipped(loop.now());
            if (connection != null && connection.usable() && !avoided) {
                current.put(entry.lane(), endpoint);
                return connection;
            }
            couldOpen |= !avoided && state(endpoint).phase() != Reachability.Phase.REFUSING;
        }
        if (couldOpen) {
            return null;
        }
        for (Endpoint endpoint : candidates) {
            Connection connection = connection(entry.lane(), endpoint);
            if (connection != null && connection.usable()) {
                return connection;
            }
        }
        return null;
    }

    /** Gives those who wait what is open, and dials for the rest. */
    private void serve() {
        for (Waiting entry : List.copyOf(waiting.keySet())) {
            if (entry.waiter().isOver()) {
                served(entry);
            }
            if (!waiting.containsKey(entry)) {
                continue;
            }
            Connection found = find(entry);
            EtcdException hopeless = found == null ? hopeless(entry) : null;
            if (found != null) {
                served(entry);
                entry.waiter().ready(found);
            } else if (hopeless != null) {
                served(entry);
                entry.waiter().failed(hopeless);
            } else {
                dialFor(entry);
            }
        }
    }

    /** It does not wait any more, and its timer, which may be far away, holds it no longer. */
    private void served(Waiting entry) {
        Loop.Timer patience = waiting.remove(entry);
        if (patience != null) {
            patience.cancel();
        }
    }

    /** Begins an attempt for one who waits, unless one has just begun. */
    private void dialFor(Waiting entry) {
        long now = loop.now();
        for (Endpoint endpoint : candidates(entry)) {
            Connection running = attempt(entry.lane(), endpoint);
            if (running != null && now - running.dialledAt() < IMPATIENT_NANOS) {
                return;
            }
            boolean paced = running == null || now - running.dialledAt() >= Reachability.SLOW_NANOS;
            boolean wanted = connection(entry.lane(), endpoint) == null;
            if (paced && wanted && state(endpoint).mayDial(now)) {
                dial(endpoint, entry.lane());
                return;
            }
        }
    }

    /** The youngest attempt to connect. */
    private @Nullable Connection attempt(Lane lane, Endpoint endpoint) {
        Connection youngest = null;
        for (Connection each : dialling) {
            if (each.lane() == lane && each.endpoint().equals(endpoint)) {
                youngest = each;
            }
        }
        return youngest;
    }

    private void dial(Endpoint endpoint, Lane lane) {
        reachability.put(endpoint, state(endpoint).dialing(loop.now()));
        Connection[] made = new Connection[1];
        made[0] = dialer.dial(endpoint, lane, failure -> loop.execute(() -> dialled(made[0], failure)));
        dialling.add(made[0]);
        loop.schedule(IMPATIENT_NANOS, this::serve);
        loop.schedule(Reachability.SLOW_NANOS, () -> slow(made[0]));
    }

    private void slow(Connection attempt) {
        if (dialling.contains(attempt)) {
            reachability.computeIfPresent(attempt.endpoint(), (endpoint, known) -> known.slow());
            serve();
        }
    }

    private void dialled(Connection connection, @Nullable EtcdException failure) {
        if (!dialling.remove(connection)) {
            return;
        }
        Endpoint endpoint = connection.endpoint();
        if (closed) {
            connection.abort();
            return;
        }
        EtcdException refusal = failure == null ? foreign(connection) : failure;
        if (refusal != null) {
            connection.abort();
            failed(endpoint, connection.lane(), refusal);
            return;
        }
        log.debug("connected to {} for {}", endpoint, connection.lane());
        lastFailure.remove(endpoint);
        reachability.put(endpoint, state(endpoint).dialed());
        of(open, connection.lane()).put(endpoint, connection);
        forgetAttempts(connection);
        connection.opened(() -> broken(connection));
        serve();
    }

    /** Why the member that answered is not one of ours, if it is not; where it is the first of a new store, those of the old one are let go. */
    private @Nullable EtcdException foreign(Connection answered) {
        Endpoint endpoint = answered.endpoint();
        long before = allegiance.cluster();
        boolean lives = isOpenToOther(endpoint, before);
        allegiance = allegiance.answered(endpoint, answered.cluster(), endpoints, lives, loop.now());
        if (!allegiance.accepts(answered.cluster())) {
            return Errors.foreign(endpoint, answered.cluster(), before);
        }
        if (before != 0 && allegiance.cluster() != before) {
            logBudget.log(
                    log, Level.WARN, "the store is another cluster now: {}", Errors.cluster(allegiance.cluster()));
            List<Connection> old = new ArrayList<>();
            open.values().forEach(lane -> old.addAll(lane.values()));
            old.removeIf(connection -> allegiance.accepts(connection.cluster()));
            old.forEach(connection -> of(open, connection.lane()).remove(connection.endpoint(), connection));
            old.forEach(Connection::abort);
        }
        return null;
    }

    private boolean isOpenToOther(Endpoint endpoint, long cluster) {
        return open.values().stream()
                .flatMap(lane -> lane.values().stream())
                .anyMatch(connection -> connection.cluster() == cluster
                        && !connection.endpoint().equals(endpoint));
    }

    /** The attempts beside the one that succeeded are not needed any more. */
    private void forgetAttempts(Connection opened) {
        for (Connection other : List.copyOf(dialling)) {
            if (other.lane() == opened.lane() && other.endpoint().equals(opened.endpoint())) {
                dialling.remove(other);
                other.abort();
            }
        }
    }

    private void failed(Endpoint endpoint, Lane lane, EtcdException failure) {
        EtcdException before = lastFailure.put(endpoint, failure);
        if (failure.code() != EtcdError.OTHER_CLUSTER) {
            allegiance = allegiance.silent(endpoint, false, loop.now());
        } else if (before == null || before.code() != EtcdError.OTHER_CLUSTER) {
            logBudget.log(log, Level.WARN, "an endpoint is not used: {}", failure.getMessage());
        }
        if (before == null) {
            log.debug("cannot connect to {} for {}: {}", endpoint, lane, failure.getMessage());
        }
        lastFailureAt.put(endpoint, loop.now());
        Reachability next = state(endpoint).failed(loop.random());
        reachability.put(endpoint, next);
        loop.schedule(next.notBefore() - loop.now(), this::serve);
        loop.execute(this::serve);
    }

    private void broken(Connection connection) {
        if (of(open, connection.lane()).remove(connection.endpoint(), connection)) {
            long now = loop.now();
            allegiance = allegiance.silent(connection.endpoint(), true, now);
            Reachability next = state(connection.endpoint()).lost(connection.dialledAt(), now, loop.random());
            reachability.put(connection.endpoint(), next);
            loop.schedule(next.mayDial(now) ? 0 : next.notBefore() - now, this::serve);
        }
    }

    /** The reason that ends a wait at once: every endpoint that will do failed since it began, and for good. */
    private @Nullable EtcdException hopeless(Waiting entry) {
        EtcdException reason = null;
        for (Iterator<Endpoint> each = endpoints.stream().filter(entry.wanted()).iterator(); each.hasNext(); ) {
            Endpoint endpoint = each.next();
            EtcdException failure = lastFailure.get(endpoint);
            if (failure == null
                    || failure.code().isTransient()
                    || lastFailureAt.getOrDefault(endpoint, entry.since() - 1) - entry.since() < 0) {
                return null;
            }
            reason = failure;
        }
        return reason;
    }

    private EtcdException unreachable(Waiting entry) {
        return Errors.unreachable(endpoints.stream().filter(entry.wanted()).toList(), Map.copyOf(lastFailure));
    }
}
