package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keep-alive stream to one member, for all leases of the client; opened when it is needed.
 *
 * <p>A member answers one request after the other, so one that hangs (for 7 s behind a frozen leader) blocks those behind it. A stream whose
 * oldest request is unanswered for {@link Renewal#HEDGE_NANOS} is stuck: when its member is asked again, that is done on a new one, and if
 * that gets stuck, too, on a new connection. Used on the client's loop.
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
    private final Map<Long, Long> unanswered = new LinkedHashMap<>();
    private @Nullable Stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;
    private boolean open;
    private int strikes;

    RenewalStream(Session session, Endpoint endpoint, Owner owner) {
        this.session = session;
        this.endpoint = endpoint;
        this.owner = owner;
    }

    /** Asks the member to renew a lease: now, or when the stream is open. A request that is on its way already stands for this one. */
    void ask(long lease) {
        if (open && isStuck()) {
            abandon();
        }
        if (open) {
            send(lease);
            return;
        }
        queued.add(lease);
        if (stream == null) {
            open();
        }
    }

    /**
     * Another member answered for this lease: a stream that is stuck, or on which nothing else is expected, ends. Else the request stays
     * noted, so that its late answer is not taken for one to a later request.
     */
    void answeredElsewhere(long lease) {
        queued.remove(lease);
        boolean othersWait = !queued.isEmpty() || unanswered.keySet().stream().anyMatch(id -> id != lease);
        if (isStuck() || !othersWait) {
            cancel("answered elsewhere");
        }
    }

    /** Ends the stream, until somebody asks again. */
    void cancel(String why) {
        Stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> old = stream;
        forget();
        if (old != null) {
            old.cancel(why);
        }
    }

    private boolean isStuck() {
        for (long oldest : unanswered.values()) {
            return session.loop().now() - oldest >= Renewal.HEDGE_NANOS;
        }
        return false;
    }

    private void abandon() {
        strikes++;
        Connection connection = stream == null ? null : stream.connection();
        cancel("unanswered");
        if (strikes >= STRIKES && connection != null) {
            strikes = 0;
            session.connections().replace(connection);
        }
    }

    private void forget() {
        stream = null;
        open = false;
        queued.clear();
        unanswered.clear();
    }

    private void open() {
        Answers answers = new Answers();
        Stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> made =
                Stream.prepare(session, LeaseGrpc.getLeaseKeepAliveMethod(), "renewal of leases", answers);
        answers.from = made;
        stream = made;
        made.open(Lane.LEASES, endpoint::equals, Set.of(), PATIENCE_NANOS);
    }

    private void send(long lease) {
        if (stream != null && unanswered.putIfAbsent(lease, session.loop().now()) == null) {
            stream.send(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        }
    }

    private final class Answers implements Stream.Listener<LeaseKeepAliveResponse> {

        private @Nullable Stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> from;

        @Override
        public void opened() {
            open = true;
            Set<Long> now = Set.copyOf(queued);
            queued.clear();
            now.forEach(RenewalStream.this::send);
        }

        @Override
        public void message(LeaseKeepAliveResponse message) {
            Long sentAt = unanswered.remove(message.getID());
            if (sentAt != null) {
                strikes = 0;
                owner.answered(endpoint, sentAt, message);
            }
        }

        @Override
        public void ended(EtcdException cause) {
            Set<Long> leases = new LinkedHashSet<>(unanswered.keySet());
            leases.addAll(queued);
            if (stream == from) {
                forget();
            }
            owner.broken(endpoint, leases, cause);
        }
    }
}
