package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** All leases that a client keeps alive, over one stream for each member. Used on the client's loop. */
final class Renewals implements RenewalStream.Owner {

    private static final Logger log = LoggerFactory.getLogger(Renewals.class);

    private final Session session;
    private final Map<Endpoint, RenewalStream> streams = new LinkedHashMap<>();
    private final Map<Long, Set<RenewedLease>> leases = new HashMap<>();
    private @Nullable Endpoint current;
    private long highestTerm;
    private boolean troubled;
    private boolean warned;

    Renewals(Session session) {
        this.session = session;
        for (Endpoint endpoint : session.connections().endpoints()) {
            streams.put(endpoint, new RenewalStream(session, endpoint, this));
        }
        session.onClose(this::close);
    }

    /** The highest term in which an answer was believed. */
    long highestTerm() {
        return highestTerm;
    }

    /** Begins to keep a lease alive. */
    void add(RenewedLease lease, Header granted) {
        leases.computeIfAbsent(lease.id(), id -> new LinkedHashSet<>()).add(lease);
        if (Long.compareUnsigned(granted.raftTerm(), highestTerm) > 0) {
            highestTerm = granted.raftTerm();
        }
    }

    /** Ends keeping it alive. */
    void remove(RenewedLease lease) {
        leases.computeIfPresent(lease.id(), (id, handles) -> {
            handles.remove(lease);
            return handles.isEmpty() ? null : handles;
        });
        if (leases.isEmpty()) {
            streams.values().forEach(stream -> stream.cancel("no lease is left"));
        }
    }

    /** Asks members to renew a lease. */
    void ask(long lease, Renewal.Ask whom) {
        Endpoint first = first();
        boolean alone = streams.size() == 1;
        for (Map.Entry<Endpoint, RenewalStream> each : new ArrayList<>(streams.entrySet())) {
            boolean isFirst = each.getKey().equals(first);
            boolean asked = switch (whom) {
                case NOBODY -> false;
                case ONE -> isFirst;
                case OTHERS -> alone || !isFirst;
                case ALL -> true;
            };
            if (asked) {
                each.getValue().ask(lease);
            }
        }
    }

    /** The member that answered last; at first the one that other calls go to. */
    private Endpoint first() {
        if (current == null) {
            current = session.connections().preferred(Lane.CALLS);
        }
        return current;
    }

    @Override
    public void answered(Endpoint endpoint, long sentAt, LeaseKeepAliveResponse answer) {
        Header header = Wire.header(answer.getHeader());
        long ttl = TimeUnit.SECONDS.toNanos(answer.getTTL());
        boolean believed = false;
        for (RenewedLease lease : handles(answer.getID())) {
            believed |= lease.happened(new Renewal.Answered(sentAt, lease.within(ttl), header, highestTerm));
        }
        if (believed) {
            troubled = false;
            warned = false;
            current = endpoint;
            highestTerm = header.raftTerm();
            streams.forEach((other, stream) -> {
                if (!other.equals(endpoint)) {
                    stream.answeredElsewhere(answer.getID());
                }
            });
        }
    }

    @Override
    public void broken(Endpoint endpoint, Set<Long> waiting, EtcdException cause) {
        if (!cause.code().isTransient() && !warned) {
            warned = true;
            session.logBudget()
                    .log(
                            log,
                            Level.WARN,
                            "{} leases cannot be renewed at {}; tried again: {}",
                            leases.size(),
                            endpoint,
                            cause.getMessage());
        } else if (!troubled) {
            troubled = true;
            log.debug("renewals are interrupted: {}", cause.getMessage());
        }
        for (long id : waiting) {
            for (RenewedLease lease : handles(id)) {
                lease.happened(new Renewal.Failed());
            }
        }
    }

    private List<RenewedLease> handles(long id) {
        return List.copyOf(leases.getOrDefault(id, Set.of()));
    }

    private void close() {
        for (Set<RenewedLease> handles : List.copyOf(leases.values())) {
            List.copyOf(handles).forEach(lease -> lease.happened(new Renewal.Closed()));
        }
        streams.values().forEach(stream -> stream.cancel("the client is closed"));
    }
}
