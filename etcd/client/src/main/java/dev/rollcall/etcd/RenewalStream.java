package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keep-alive stream to one member, for all leases of the client; opened when it is needed.
 *
 * <p>A member answers one request after the other, so one that hangs (for 7 s behind a frozen leader) blocks those behind it. A stream whose
 * oldest request is unanswered for {@link Renewal#HEDGE_NANOS} is stuck: when its member is asked again, that is done on a new one, and if
 * that gets stuck, too, on a new connection. The first stuck stream is kept beside the new one until either answers: its member, or the way
 * to it, may only be slow, and its answer is as good as any. Used on the client's loop.
 */
final class RenewalStream {

    /** Told what members say. */
    interface Owner {
        /** A member answered a request sent at that time. */
        void answered(Endpoint endpoint, long sentAt, LeaseKeepAliveResponse answer);

        /** These leases wait in vain: the stream ended. */
        void broken(Endpoint endpoint, Set<Long> leases, EtcdException cause);
    }

    private static final int STRIKES = 2;
    private static final long PATIENCE_NANOS = Long.MAX_VALUE / 4;

    private final Session session;
    private final Endpoint endpoint;
    private final Owner owner;
    private final Set<Long> queued = new LinkedHashSet<>();
    private @Nullable Attempt current;
    private @Nullable Attempt slow;
    private int strikes;

    RenewalStream(Session session, Endpoint endpoint, Owner owner) {
        this.session = session;
        this.endpoint = endpoint;
        this.owner = owner;
    }

    /** Asks the member to renew a lease: now, or when the stream is open. A request that is on its way already stands for this one. */
    void ask(long lease) {
        if (current != null && current.open && current.isStuck()) {
            abandon(current);
        }
        if (current != null && current.open) {
            current.send(lease);
            return;
        }
        queued.add(lease);
        if (current == null) {
            current = new Attempt();
            current.begin();
        }
    }

    /**
     * Another member answered for this lease: a stream that is stuck, or on which nothing else is expected, ends. Else the request stays
     * noted, so that its late answer is not taken for one to a later request.
     */
    void answeredElsewhere(long lease) {
        queued.remove(lease);
        boolean stuck = slow != null || (current != null && current.isStuck());
        boolean othersWait = !queued.isEmpty() || (current != null && current.isAskedForOthers(lease));
        if (stuck || !othersWait) {
            cancel("answered elsewhere");
        }
    }

    /** Ends the stream, until somebody asks again. */
    void cancel(String why) {
        Attempt last = current;
        Attempt first = slow;
        current = null;
        slow = null;
        queued.clear();
        if (last != null) {
            last.stream.cancel(why);
        }
        if (first != null) {
            first.stream.cancel(why);
        }
    }

    private void abandon(Attempt stuck) {
        strikes++;
        current = null;
        if (slow == null) {
            slow = stuck;
        } else {
            stuck.stream.cancel("unanswered");
        }
        Connection connection = stuck.stream.connection();
        if (strikes >= STRIKES && connection != null) {
            strikes = 0;
            session.connections().replace(connection);
        }
    }

    /** One of the two answers: the other is not needed, and who waits there is asked for here. */
    private void preferred(Attempt from) {
        strikes = 0;
        Attempt other = from == slow ? current : slow;
        current = from;
        slow = null;
        if (other != null) {
            other.stream.cancel("answered on another stream");
            Set<Long> waiting = new LinkedHashSet<>(queued);
            waiting.addAll(other.unanswered.keySet());
            queued.clear();
            waiting.forEach(from::send);
        }
    }

    /** A stream, and what was asked on it and when. */
    private final class Attempt implements Stream.Listener<LeaseKeepAliveResponse> {

        private final Map<Long, Long> unanswered = new LinkedHashMap<>();
        private final Stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream =
                Stream.prepare(session, LeaseGrpc.getLeaseKeepAliveMethod(), "renewal of leases", this);
        private boolean open;

        void begin() {
            stream.open(Lane.LEASES, endpoint::equals, Set.of(), PATIENCE_NANOS);
        }

        boolean isStuck() {
            for (long oldest : unanswered.values()) {
                return session.loop().now() - oldest >= Renewal.HEDGE_NANOS;
            }
            return false;
        }

        boolean isAskedForOthers(long lease) {
            return unanswered.keySet().stream().anyMatch(id -> id != lease);
        }

        void send(long lease) {
            if (unanswered.putIfAbsent(lease, session.loop().now()) == null) {
                stream.send(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            }
        }

        @Override
        public void opened() {
            open = true;
            List<Long> now = List.copyOf(queued);
            queued.clear();
            now.forEach(this::send);
        }

        @Override
        public void message(LeaseKeepAliveResponse message) {
            Long sentAt = unanswered.remove(message.getID());
            if (sentAt != null) {
                preferred(this);
                owner.answered(endpoint, sentAt, message);
            }
        }

        @Override
        public void ended(EtcdException cause) {
            if (this == slow) {
                slow = null;
            } else if (this == current) {
                Set<Long> leases = new LinkedHashSet<>(unanswered.keySet());
                leases.addAll(queued);
                current = null;
                queued.clear();
                owner.broken(endpoint, leases, cause);
            }
        }
    }
}
