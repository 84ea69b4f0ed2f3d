package dev.rollcall.discovery;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.WatchBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a view shows: folds lists and batches of changes, and proves after every break that the store is the one it was.
 *
 * <pre>
 *                Listed             Created
 *  IDLE -> LISTING ------> OPENING ---------> LIVE <---------------------+
 *            ^                |                | Interrupted             | Recalled, equal
 *            |                | late           v                         |
 *            |                +------------> BROKEN ---Created---> PROVING
 *            |                                                           |
 *            +---- Compacted, WentBack, WatchEnded, Recalled, different -+
 *            |                                                           |
 *            +---- ClusterAnswered ---- DOUBTING <--- another cluster ---+
 * </pre>
 *
 * <p>What is shown moves in LISTING (a list arrives), LIVE (a batch, or the end of a hold) and at the end of PROVING, nowhere else: a store that
 * is away changes nothing. Pure: no threads, no clock, no I/O.
 */
final class SnapshotReducer<S extends Shown> {

    /** A watch taken on later than this after its list must prove that the store did not change in between. */
    static final long OPENING_BOUND = 200_000_000L;

    /** An absence longer than this gives held losses their whole time again. */
    static final long ABSENCE = 1_000_000_000L;

    /** The most events kept while continuity is proven. */
    static final int MOST_WAITING = 50_000;

    private final EntryReader<S> reader;
    private final GuardRules rules;

    SnapshotReducer(EntryReader<S> reader, GuardRules rules) {
        this.reader = reader;
        this.rules = rules;
    }

    /** What a step led to. */
    record Step<S extends Shown>(ViewState<S> state, List<Change<S>> changes, List<ViewAction> actions) {}

    Step<S> step(ViewState<S> state, ViewEvent event, Moment at) {
        Turn turn = new Turn(state, at);
        turn.openingMayBeOver();
        if (event instanceof ViewEvent.Started) {
            turn.readAll(null);
        } else if (event instanceof ViewEvent.Listed listed) {
            turn.listed(listed);
        } else if (event instanceof ViewEvent.Recalled recalled) {
            turn.recalled(recalled);
        } else if (event instanceof ViewEvent.NotRecalled not) {
            turn.notRecalled(not);
        } else if (event instanceof ViewEvent.ClusterAnswered answer) {
            turn.clusterAnswered(answer);
        } else if (event instanceof ViewEvent.Created created) {
            turn.created(created);
        } else if (event instanceof ViewEvent.Changed changed) {
            turn.changed(changed.batch());
        } else if (event instanceof ViewEvent.Progress) {
            turn.progress();
        } else if (event instanceof ViewEvent.Interrupted) {
            turn.interrupted();
        } else if (event instanceof ViewEvent.Compacted) {
            turn.lostWatch(ResyncCause.MISSED);
        } else if (event instanceof ViewEvent.WatchEnded) {
            turn.lostWatch(ResyncCause.WATCH_ENDED);
        } else if (event instanceof ViewEvent.WentBack back) {
            turn.wentBack(back.header());
        }
        turn.releaseHolds();
        return turn.done();
    }

    /** The next moment at which time alone changes something; {@link Long#MAX_VALUE} for none. Compare by difference to {@code now}. */
    long nanosToNextTick(ViewState<S> state, long now) {
        long next = Long.MAX_VALUE;
        if (state.phase() == Phase.OPENING) {
            next = state.listedAt() + OPENING_BOUND - now;
        } else if (state.phase() == Phase.LIVE) {
            for (Hold hold : state.content().holds().values()) {
                next = Math.min(next, hold.deadline() - now);
            }
        }
        return next == Long.MAX_VALUE ? next : Math.max(0, next);
    }

    /** One step being taken. */
    private final class Turn {

        private final ViewState<S> from;
        private final Moment at;
        private final Fold<S> fold;
        private final List<ViewAction> actions = new ArrayList<>();
        private Phase phase;
        private long cluster;
        private long term;
        private long ticket;
        private @Nullable ResyncCause resync;
        private List<WatchBatch> waiting;
        private boolean gap;
        private long listedAt;
        private long leftAt;
        private Moment provenAt;
        private long relists;

        Turn(ViewState<S> from, Moment at) {
            this.from = from;
            this.at = at;
            this.fold = new Fold<>(from.content(), reader, rules, at);
            this.phase = from.phase();
            this.cluster = from.cluster();
            this.term = from.term();
            this.ticket = from.ticket();
            this.resync = from.resync();
            this.waiting = from.waiting();
            this.gap = from.gap();
            this.listedAt = from.listedAt();
            this.leftAt = from.leftAt();
            this.provenAt = from.provenAt();
            this.relists = from.relists();
        }

        Step<S> done() {
            boolean wasLive = from.phase() == Phase.LIVE || from.phase() == Phase.OPENING;
            if (wasLive && phase != Phase.LIVE && phase != Phase.OPENING) {
                leftAt = at.nanos();
            }
            ViewState<S> next = new ViewState<>(
                    phase,
                    fold.content(),
                    cluster,
                    term,
                    ticket,
                    resync,
                    waiting,
                    gap,
                    listedAt,
                    leftAt,
                    provenAt,
                    relists);
            return new Step<>(next, List.copyOf(fold.changes()), List.copyOf(actions));
        }

        void listed(ViewEvent.Listed listed) {
            if (phase != Phase.LISTING || listed.ticket() != ticket) {
                return;
            }
            Header header = listed.header();
            if (from.content().known() && (resync == null || !resync.newEpoch())) {
                if (header.clusterId() != cluster) {
                    doubt();
                    return;
                }
                if (header.revision() < from.content().revision() || header.raftTerm() < term) {
                    resync = ResyncCause.WENT_BACK;
                } else if (!Continuity.couldFollow(from.content(), listed.kvs())) {
                    resync = ResyncCause.HISTORY_DIFFERS;
                }
            }
            fold.list(header.revision(), listed.kvs(), resync);
            cluster = header.clusterId();
            term = resync != null && resync.newEpoch() ? header.raftTerm() : Math.max(term, header.raftTerm());
            resync = null;
            listedAt = at.nanos();
            relists++;
            enter(Phase.OPENING);
            actions.add(new ViewAction.OpenWatch(header.revision() + 1));
        }

        void created(ViewEvent.Created created) {
            if (phase == Phase.IDLE || phase == Phase.LISTING || phase == Phase.DOUBTING) {
                return;
            }
            Header header = created.header();
            boolean first = phase == Phase.OPENING && !created.resumed();
            boolean fell = header.revision() < from.content().revision() || header.raftTerm() < term;
            if (header.clusterId() != cluster) {
                doubt();
            } else if (gap) {
                lostWatch(ResyncCause.MISSED);
            } else if (first && !fell) {
                enter(Phase.LIVE);
            } else {
                phase = Phase.PROVING;
                actions.add(new ViewAction.Recall(
                        ++ticket, from.content().revision(), Continuity.needsValues(from.content())));
            }
        }

        void recalled(ViewEvent.Recalled recalled) {
            if (phase != Phase.PROVING || recalled.ticket() != ticket) {
                return;
            }
            Header header = recalled.header();
            if (header.clusterId() != cluster) {
                doubt();
            } else if (header.revision() < from.content().revision() || header.raftTerm() < term) {
                lostWatch(ResyncCause.WENT_BACK);
            } else if (!Continuity.same(from.content(), recalled.kvs())) {
                lostWatch(ResyncCause.HISTORY_DIFFERS);
            } else if (gap) {
                lostWatch(ResyncCause.MISSED);
            } else {
                term = Math.max(term, header.raftTerm());
                enter(Phase.LIVE);
                waiting.forEach(fold::batch);
                waiting = List.of();
            }
        }

        void notRecalled(ViewEvent.NotRecalled not) {
            if (phase == Phase.PROVING && not.ticket() == ticket) {
                lostWatch(not.compacted() ? ResyncCause.MISSED : ResyncCause.WENT_BACK);
            }
        }

        void clusterAnswered(ViewEvent.ClusterAnswered answer) {
            if (phase == Phase.DOUBTING && answer.ticket() == ticket) {
                readAll(answer.oldOneLives() ? ResyncCause.MISSED : ResyncCause.OTHER_CLUSTER);
            }
        }

        void changed(WatchBatch batch) {
            if (phase == Phase.LIVE || phase == Phase.OPENING) {
                provenAt = at;
                fold.batch(batch);
            } else if (phase == Phase.PROVING || phase == Phase.BROKEN) {
                keep(batch);
            }
        }

        private void keep(WatchBatch batch) {
            int kept = batch.events().size();
            for (WatchBatch earlier : waiting) {
                kept += earlier.events().size();
            }
            if (gap || kept > MOST_WAITING) {
                gap = true;
                waiting = List.of();
            } else {
                List<WatchBatch> longer = new ArrayList<>(waiting);
                longer.add(batch);
                waiting = List.copyOf(longer);
            }
        }

        void progress() {
            if (phase == Phase.LIVE) {
                provenAt = at;
            }
        }

        /** The watch goes on after what it has delivered: batches that wait for a proof are not sent again. */
        void interrupted() {
            if (phase == Phase.OPENING || phase == Phase.LIVE || phase == Phase.PROVING) {
                phase = Phase.BROKEN;
                ticket++;
                gap = gap || !waiting.isEmpty();
                waiting = List.of();
            }
        }

        void wentBack(Header header) {
            if (phase != Phase.IDLE && phase != Phase.LISTING && phase != Phase.DOUBTING) {
                if (header.clusterId() != cluster) {
                    doubt();
                } else {
                    lostWatch(ResyncCause.WENT_BACK);
                }
            }
        }

        void lostWatch(ResyncCause cause) {
            if (phase != Phase.IDLE && phase != Phase.LISTING && phase != Phase.DOUBTING) {
                readAll(cause);
            }
        }

        void readAll(@Nullable ResyncCause cause) {
            if (phase != Phase.IDLE) {
                actions.add(new ViewAction.CloseWatch());
            }
            phase = Phase.LISTING;
            resync = cause;
            forgetWaiting();
            actions.add(new ViewAction.ReadAll(++ticket));
        }

        private void doubt() {
            actions.add(new ViewAction.CloseWatch());
            phase = Phase.DOUBTING;
            forgetWaiting();
            actions.add(new ViewAction.AskClusters(++ticket, cluster));
        }

        private void forgetWaiting() {
            waiting = List.of();
            gap = false;
        }

        private void enter(Phase fresh) {
            boolean wasAway = phase != Phase.OPENING && from.content().known();
            if (wasAway && at.nanos() - leftAt > ABSENCE) {
                fold.holdAnew();
            }
            phase = fresh;
            provenAt = at;
        }

        void openingMayBeOver() {
            if (phase == Phase.OPENING && at.nanos() - listedAt >= OPENING_BOUND) {
                phase = Phase.BROKEN;
            }
        }

        void releaseHolds() {
            if (phase == Phase.LIVE) {
                fold.release();
            }
        }
    }
}
