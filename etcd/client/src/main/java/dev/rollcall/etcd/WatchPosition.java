package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where one watch stands, and what it does next: pure, {@code step(state, input) -> (state, actions)}.
 *
 * <p>The position is the revision from which the watch would be asked for now. Only events that were delivered completely, and the store's
 * word that nothing older will come, move it; the answer to a creation does so once, for a watch that began "now". Events below it are
 * dropped, so nothing comes twice.
 *
 * <pre>
 *             Ask            Message: created
 *   WAITING ────────▶ ASKED ─────────────────▶ RUNNING ◀──────────┐
 *    ▲ ▲ ▲              │ created,               │ header behind  │ header at the position
 *    │ │ │              │ header behind          ▼ the position   │
 *    │ │ │              └────────────────────▶ DOUBTED ──────▶ LAGGING ──┐
 *    │ │ │                              StoreRead │   StoreRead          │
 *    │ │ │                                 behind │   not behind         │
 *    │ │ │ ResumeFrom                             ▼                      │
 *    │ │ ├──────────────────────────────────── WENT_BACK                 │
 *    │ │ └──────────────── COMPACTED ◀─ Message: compacted, or too many  │
 *    │ │ Drained                        parts; from any phase on the     │
 *    │ │                                stream                           │
 *    │ └────── PARKED ◀── Overflowed, from any phase but those that stand still
 *    │ Rested                                                            │
 *    ├────── RESTING ◀── Message: refused or cancelled, and Misfit again and again, from any phase on the stream; too much in DOUBTED
 *    └─── Broke, from ASKED, DOUBTED, LAGGING, RUNNING;  Rested, from LAGGING
 *
 *   CLOSED: after Close from any phase, and after a refusal that cannot change
 * </pre>
 *
 * @param phase what is being waited for
 * @param id the id asked under last; 0 before the first time
 * @param position the next revision wanted; 0 until the store has said where "now" is
 * @param cluster the cluster that answered last; 0 until one did
 * @param ran whether the listener was told of a creation before
 * @param interrupted whether the listener was told that the watch is off the stream
 * @param setbacks cancellations and misfits since the last sign of health
 * @param lags how often in a row the member was found behind
 * @param held messages that wait: parts of an answer without its end, or what came before its truth was known
 */
record WatchPosition(
        Phase phase,
        long id,
        long position,
        long cluster,
        boolean ran,
        boolean interrupted,
        int setbacks,
        int lags,
        List<WatchMessage> held) {

    /** What a watch waits for. */
    enum Phase {
        /** A place on the stream. */
        WAITING,
        /** The answer to its creation. */
        ASKED,
        /** Changes. */
        RUNNING,
        /** A linearizable read: the member that answers is behind what was delivered. */
        DOUBTED,
        /** The member to catch up with the store. */
        LAGGING,
        /** A while, after the store cancelled it. */
        RESTING,
        /** Its listener. */
        PARKED,
        /** Its owner, who has to read what was compacted away. */
        COMPACTED,
        /** Its owner, who has to read a store that went back in time. */
        WENT_BACK,
        /** Nothing. */
        CLOSED;

        /** Whether the store has, or is about to have, a watch for it. */
        boolean onStream() {
            return this == ASKED || this == RUNNING || this == DOUBTED || this == LAGGING;
        }

        /** Whether only its owner can let it go on. */
        boolean awaitsOwner() {
            return this == COMPACTED || this == WENT_BACK;
        }

        private boolean standsStill() {
            return awaitsOwner() || this == CLOSED;
        }
    }

    /** The next state, and what is to be done, in order. */
    record Step(WatchPosition state, List<WatchAction> actions) {

        private Step and(WatchAction more) {
            List<WatchAction> all = new ArrayList<>(actions);
            all.add(more);
            return new Step(state, all);
        }

        /** Messages that were held back are taken up as if they came now. */
        private Step then(List<WatchMessage> messages) {
            Step step = this;
            for (WatchMessage message : messages) {
                Step next = step.state.step(new WatchInput.Message(message));
                List<WatchAction> all = new ArrayList<>(step.actions);
                all.addAll(next.actions);
                step = new Step(next.state, all);
            }
            return step;
        }
    }

    /** How long a lagging member is given before it is asked again. */
    static final long LAG_NANOS = 1_000_000_000L;

    /** A member found lagging so often in a row is left. */
    static final int MAX_LAGS = 3;

    /** So many messages may wait for the answer to a creation or a doubt; with more, something is wrong. */
    static final int MAX_HELD_IN_DOUBT = 256;

    /** With so much waiting for such an answer no more is kept. */
    static final long MAX_BYTES_IN_DOUBT = 8L << 20;

    /** Parts of one answer may fill as much as one message may; with more, its owner has to read what was missed by pages. */
    static final long MAX_PARTS_BYTES = 256L << 20;

    /** An answer may have so many parts: etcd makes them of two megabytes. */
    static final int MAX_PARTS = 1024;

    /** With so many misfits in a row it is this watch that is sick, and not the stream of all. */
    static final int MAX_MISFITS = 3;

    private static final long FIRST_REST_NANOS = 100_000_000L;
    private static final long FIRST_FORBIDDEN_REST_NANOS = 1_000_000_000L;
    private static final long LONGEST_REST_NANOS = 30_000_000_000L;

    /** A watch before its first creation. */
    static WatchPosition startingAt(long revision) {
        return new WatchPosition(Phase.WAITING, 0, revision, 0, false, false, 0, 0, List.of());
    }

    /** What follows from an input. */
    Step step(WatchInput input) {
        if (phase == Phase.CLOSED) {
            return stay();
        } else if (input instanceof WatchInput.Message in) {
            return in.message().watchId() == id || in.message().watchId() == WatchMessage.NO_WATCH
                    ? message(in.message())
                    : stay();
        } else if (input instanceof WatchInput.Misfit in) {
            return phase.onStream() ? misfit(in.cause()) : stay();
        } else if (input instanceof WatchInput.Vouched in) {
            return vouched(in.header(), in.trusted());
        } else if (input instanceof WatchInput.Ask in) {
            return phase == Phase.WAITING ? move(asked(in.id()), new WatchAction.Create(in.id(), position)) : stay();
        } else if (input instanceof WatchInput.StoreRead in) {
            return phase == Phase.DOUBTED && in.id() == id ? storeRead(in.header()) : stay();
        } else if (input instanceof WatchInput.Broke in) {
            return broke(in);
        } else if (input instanceof WatchInput.Rested in) {
            return in.id() == id ? rested() : stay();
        } else if (input instanceof WatchInput.Overflowed) {
            return overflowed();
        } else if (input instanceof WatchInput.Drained) {
            return phase == Phase.PARKED ? queue() : stay();
        } else if (input instanceof WatchInput.ResumeFrom in) {
            return resumeFrom(in.revision());
        } else if (input instanceof WatchInput.Close in) {
            WatchPosition closed = in(Phase.CLOSED);
            WatchAction end = new WatchAction.End(in.cause());
            return phase.onStream() ? move(closed, new WatchAction.Cancel(id), end) : move(closed, end);
        }
        throw new IllegalArgumentException("unknown input " + input);
    }

    private Step message(WatchMessage message) {
        if (message.canceled()) {
            return phase.onStream() ? cancelled(message) : stay();
        }
        return switch (phase) {
            case ASKED -> message.created() ? created(message) : early(message);
            case DOUBTED -> early(message);
            case RUNNING, LAGGING -> message.created() ? stay() : running(message);
            default -> stay();
        };
    }

    private Step created(WatchMessage message) {
        Header header = message.header();
        if (position > 0 && cluster != 0 && header.clusterId() != cluster) {
            return wentBack(header);
        }
        if (header.revision() < position - 1) {
            List<WatchMessage> doubted = new ArrayList<>(held.size() + 1);
            doubted.add(message);
            doubted.addAll(held);
            return move(in(Phase.DOUBTED, List.copyOf(doubted)), new WatchAction.ReadStore(id));
        }
        long from = position == 0 ? header.revision() + 1 : position;
        return taken(Phase.RUNNING, header, from).then(held);
    }

    private Step taken(Phase next, Header header, long from) {
        WatchPosition state =
                new WatchPosition(next, id, from, header.clusterId(), true, false, setbacks, lags, List.of());
        return move(state, new WatchAction.Tell(new WatchNews.Created(header, ran, from)));
    }

    private Step running(WatchMessage message) {
        Header header = message.header();
        boolean behind = header.revision() < position - 1;
        if (behind && phase == Phase.RUNNING) {
            return move(in(Phase.DOUBTED, hold(message).held), new WatchAction.ReadStore(id));
        }
        if (message.fragment()) {
            return part(message);
        }
        WatchPosition healthy = behind ? this : proven();
        if (message.events().isEmpty() && held.isEmpty()) {
            return behind ? stay() : healthy.promised(header);
        }
        return healthy.delivered(message);
    }

    /** No sign of health yet: the other parts may be what cannot be true. */
    private Step part(WatchMessage message) {
        return heldBytes() + message.bytes() > MAX_PARTS_BYTES || held.size() >= MAX_PARTS
                ? unreadable(new WatchAction.Cancel(id))
                : stay(hold(message));
    }

    private long heldBytes() {
        long bytes = 0;
        for (WatchMessage message : held) {
            bytes += message.bytes();
        }
        return bytes;
    }

    /** The same would come again: what was missed has to be read by pages. */
    private Step unreadable(WatchAction... before) {
        List<WatchAction> actions = new ArrayList<>(List.of(before));
        actions.add(new WatchAction.Tell(new WatchNews.Compacted(position)));
        return new Step(in(Phase.COMPACTED), actions);
    }

    private Step delivered(WatchMessage last) {
        List<WatchEvent> events = new ArrayList<>();
        Set<Bytes> keys = new HashSet<>();
        long at = position;
        long bytes = 0;
        for (WatchMessage part : hold(last).held) {
            bytes += part.bytes();
            for (WatchEvent event : part.events()) {
                long revision = event.kv().modRevision();
                if (revision > at) {
                    at = revision;
                    keys.clear();
                }
                if (revision == at && keys.add(event.kv().key())) {
                    events.add(event);
                }
            }
        }
        if (events.isEmpty()) {
            return stay(in(phase, List.of()));
        }
        WatchNews news = new WatchNews.Changes(new WatchBatch(last.header(), events), at + 1, bytes);
        return move(at(at + 1), new WatchAction.Tell(news));
    }

    /** The store promises this watch that nothing up to the header's revision is still to come. */
    private Step promised(Header header) {
        long next = Math.max(position, header.revision() + 1);
        return move(at(next), new WatchAction.Tell(new WatchNews.Progress(header, next)));
    }

    private Step vouched(Header header, boolean trusted) {
        if ((phase != Phase.RUNNING && phase != Phase.LAGGING) || !held.isEmpty()) {
            return stay();
        }
        if (header.revision() < position - 1) {
            return phase == Phase.LAGGING ? stay() : move(in(Phase.DOUBTED, List.of()), new WatchAction.ReadStore(id));
        }
        if (trusted) {
            return proven().promised(header);
        }
        Header proofOfLife = new Header(header.clusterId(), header.memberId(), position - 1, header.raftTerm());
        return proven().promised(proofOfLife);
    }

    private Step early(WatchMessage message) {
        if (held.size() < MAX_HELD_IN_DOUBT && heldBytes() < MAX_BYTES_IN_DOUBT) {
            return stay(hold(message));
        }
        if (phase == Phase.ASKED) {
            return misfit(new EtcdException(
                    EtcdError.UNAVAILABLE, "the store sends changes of a watch, and not the answer to its creation"));
        }
        EtcdException cause = new EtcdException(
                EtcdError.UNAVAILABLE, "the member seems to lag, and the store does not tell its revision");
        return rest(cause, FIRST_REST_NANOS, new WatchAction.Cancel(id));
    }

    private Step storeRead(Header header) {
        if (cluster != 0 && header.clusterId() != cluster) {
            // The read and the watch were answered by different clusters: the stream finds out which one is ours.
            return move(
                    in(Phase.RESTING, List.of()),
                    new WatchAction.Cancel(id),
                    new WatchAction.Rest(id, FIRST_FORBIDDEN_REST_NANOS));
        }
        if (header.revision() < position - 1) {
            return wentBack(header);
        }
        boolean asked = !held.isEmpty() && held.get(0).created();
        Step lagging =
                asked ? taken(Phase.LAGGING, held.get(0).header(), position) : stay(in(Phase.LAGGING, List.of()));
        return lagging.and(new WatchAction.Rest(id, LAG_NANOS)).then(asked ? held.subList(1, held.size()) : held);
    }

    private Step wentBack(Header header) {
        return move(
                in(Phase.WENT_BACK, List.of()),
                new WatchAction.Cancel(id),
                new WatchAction.Tell(new WatchNews.WentBack(header)));
    }

    private Step cancelled(WatchMessage message) {
        CancelReason reason = CancelReason.of(message);
        EtcdException cause = reason.failure(message.reason());
        return switch (reason) {
            case COMPACTED ->
                move(
                        in(Phase.COMPACTED, List.of()),
                        new WatchAction.Tell(new WatchNews.Compacted(message.compactRevision())));
            case EMPTY_RANGE -> move(in(Phase.CLOSED, List.of()), new WatchAction.End(cause));
            case TOKEN -> queue(new WatchAction.RenewToken(cause));
            case FORBIDDEN -> rest(cause, FIRST_FORBIDDEN_REST_NANOS);
            case OTHER -> rest(cause, FIRST_REST_NANOS);
        };
    }

    private Step misfit(EtcdException cause) {
        int misfits = setbacks + 1;
        if (misfits < MAX_MISFITS) {
            WatchPosition state =
                    new WatchPosition(phase, id, position, cluster, ran, interrupted, misfits, lags, List.of());
            return move(state, new WatchAction.LeaveStream(cause));
        }
        WatchAction cancel = new WatchAction.Cancel(id);
        return misfits == MAX_MISFITS
                ? rest(cause, FIRST_REST_NANOS, cancel, new WatchAction.Distrust(cause))
                : rest(cause, FIRST_REST_NANOS, cancel);
    }

    private Step rest(EtcdException cause, long first, WatchAction... before) {
        List<WatchAction> actions = new ArrayList<>(List.of(before));
        if (!interrupted) {
            actions.add(new WatchAction.Tell(new WatchNews.Interrupted(cause)));
        }
        long nanos = Math.min(LONGEST_REST_NANOS, first << Math.min(setbacks, 10));
        WatchPosition state =
                new WatchPosition(Phase.RESTING, id, position, cluster, ran, true, setbacks + 1, lags, List.of());
        actions.add(new WatchAction.Rest(id, nanos));
        return new Step(state, actions);
    }

    private Step rested() {
        if (phase == Phase.RESTING) {
            return queue();
        }
        if (phase != Phase.LAGGING) {
            return stay();
        }
        int found = lags + 1;
        WatchPosition again = new WatchPosition(
                Phase.WAITING, id, position, cluster, ran, interrupted, setbacks, found % MAX_LAGS, List.of());
        if (found < MAX_LAGS) {
            return move(again, new WatchAction.Cancel(id), new WatchAction.Queue());
        }
        EtcdException cause = new EtcdException(
                EtcdError.UNAVAILABLE, "the member lags behind revision " + (position - 1) + "; another one is asked");
        return move(again, new WatchAction.Cancel(id), new WatchAction.LeaveMember(cause), new WatchAction.Queue());
    }

    private Step broke(WatchInput.Broke broke) {
        if (phase == Phase.PARKED || phase.standsStill()) {
            return stay();
        }
        if (broke.cause().code() == EtcdError.TOO_LARGE && phase.onStream() && position > 0) {
            return unreadable();
        }
        List<WatchAction> actions = new ArrayList<>();
        if (!interrupted || broke.insist()) {
            actions.add(new WatchAction.Tell(new WatchNews.Interrupted(broke.cause())));
        }
        if (phase.onStream()) {
            actions.add(new WatchAction.Queue());
        }
        Phase next = phase == Phase.RESTING ? Phase.RESTING : Phase.WAITING;
        return new Step(new WatchPosition(next, id, position, cluster, ran, true, setbacks, lags, List.of()), actions);
    }

    private Step overflowed() {
        if (phase.standsStill() || phase == Phase.PARKED) {
            return stay();
        }
        WatchPosition parked = in(Phase.PARKED, List.of());
        return phase.onStream() ? move(parked, new WatchAction.Cancel(id)) : stay(parked);
    }

    private Step resumeFrom(long revision) {
        if (!phase.awaitsOwner()) {
            return stay();
        }
        WatchPosition state = new WatchPosition(Phase.WAITING, id, revision, 0, ran, false, setbacks, 0, List.of());
        return move(state, new WatchAction.Queue());
    }

    private Step queue(WatchAction... before) {
        List<WatchAction> actions = new ArrayList<>(List.of(before));
        actions.add(new WatchAction.Queue());
        return new Step(in(Phase.WAITING, List.of()), actions);
    }

    private WatchPosition asked(long next) {
        return new WatchPosition(Phase.ASKED, next, position, cluster, ran, interrupted, setbacks, lags, List.of());
    }

    private WatchPosition in(Phase next) {
        return in(next, List.of());
    }

    private WatchPosition in(Phase next, List<WatchMessage> holding) {
        return new WatchPosition(next, id, position, cluster, ran, interrupted, setbacks, lags, holding);
    }

    /** On a member that is known to be where we are. */
    private WatchPosition proven() {
        return new WatchPosition(Phase.RUNNING, id, position, cluster, ran, interrupted, 0, 0, held);
    }

    private WatchPosition at(long next) {
        return new WatchPosition(phase, id, next, cluster, ran, interrupted, setbacks, lags, List.of());
    }

    private WatchPosition hold(WatchMessage message) {
        List<WatchMessage> more = new ArrayList<>(held.size() + 1);
        more.addAll(held);
        more.add(message);
        return in(phase, List.copyOf(more));
    }

    private Step stay() {
        return new Step(this, List.of());
    }

    private static Step stay(WatchPosition state) {
        return new Step(state, List.of());
    }

    private static Step move(WatchPosition state, WatchAction... actions) {
        return new Step(state, List.of(actions));
    }
}
