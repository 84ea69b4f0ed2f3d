package dev.rollcall.discovery;

import dev.rollcall.discovery.ViewState.Phase;
import java.util.List;

/**
 * Decides what a view shows: folds lists and batches of changes, and proves after every break, and after every list that is to go on from what was known,
 * that the store is the one it was.
 *
 * <pre>
 *                Listed             Created               Recalled, equal
 *  IDLE -> LISTING ------> OPENING ---------> CONFIRMING ----------------> LIVE <---+
 *            ^                |                    |              Interrupted |     | Recalled, equal
 *            |                | late               | late                     v     |
 *            |                +--> BROKEN <--------(-----------------------> BROKEN |
 *            |                       |             v                                |
 *            |                       +-Created-> PROVING ---------------------------+
 *            |                                     |
 *            +---- Compacted, WentBack, WatchEnded; Changed, misfit; Recalled, different; Audited, different
 *            |
 *            +---- Listed, of another past
 *            |
 *            +---- ClusterAnswered ---- DOUBTING <--- another cluster
 * </pre>
 *
 * <p>What is shown moves in LISTING (a list arrives), LIVE (a batch, or the end of a hold) and at the end of CONFIRMING and PROVING, nowhere else: a
 * store that is away changes nothing. A view that is LIVE and was not proven for too long is stale all the same. Pure: no threads, no clock, no I/O.
 */
final class SnapshotReducer<S extends Shown> {

    /**
     * A watch taken on later than this after its list must prove that nothing of the view changed in between; so must one that is not confirmed for as long.
     * Long enough for the second connection of a JVM that has just begun.
     */
    static final long OPENING_BOUND = 1_000_000_000L;

    /** An absence longer than this gives held losses their whole time again. */
    static final long ABSENCE = 1_000_000_000L;

    /** How long the watch may take to deliver what an audit has seen already, where the store does not say that it did. */
    static final long SETTLING = 10_000_000_000L;

    private final EntryReader<S> reader;
    private final GuardRules guard;
    private final ProofRules proof;

    SnapshotReducer(EntryReader<S> reader, GuardRules guard, ProofRules proof) {
        this.reader = reader;
        this.guard = guard;
        this.proof = proof;
    }

    /** How long after an audit the next one is due, as the rules say. */
    ProofRules proof() {
        return proof;
    }

    /** What a step led to. */
    record Step<S extends Shown>(ViewState<S> state, List<Change<S>> changes, List<ViewAction> actions) {}

    /**
     * Takes a step.
     *
     * @param at now
     * @param asOf the moment of which the event tells: when it came, or when the question was asked that it answers
     */
    Step<S> step(ViewState<S> state, ViewEvent event, Moment at, Moment asOf) {
        ViewDraft<S> draft = new ViewDraft<>(state, new Fold<>(state.content(), reader, guard, at), proof, at, asOf);
        // A long list takes long to read, and what was said of its watch meanwhile was in time.
        draft.openingMayBeOver(asOf);
        take(draft, event);
        draft.timeMayBeUp();
        return draft.done();
    }

    private void take(ViewDraft<S> draft, ViewEvent event) {
        if (event instanceof ViewEvent.Started) {
            draft.readAll(null);
        } else if (event instanceof ViewEvent.Seeded seeded) {
            draft.seeded(seeded.view());
        } else if (event instanceof ViewEvent.Listed listed) {
            draft.listed(listed);
        } else if (event instanceof ViewEvent.Recalled recalled) {
            draft.recalled(recalled);
        } else if (event instanceof ViewEvent.NotRecalled not) {
            draft.notRecalled(not);
        } else if (event instanceof ViewEvent.ClusterAnswered answer) {
            draft.clusterAnswered(answer);
        } else if (event instanceof ViewEvent.Created created) {
            draft.created(created);
        } else if (event instanceof ViewEvent.Changed changed) {
            draft.changed(changed.batch());
        } else if (event instanceof ViewEvent.Progress progress) {
            draft.progress(progress.header());
        } else if (event instanceof ViewEvent.Interrupted) {
            draft.interrupted();
        } else if (event instanceof ViewEvent.Compacted) {
            draft.lostWatch(ResyncCause.MISSED);
        } else if (event instanceof ViewEvent.WatchEnded) {
            draft.lostWatch(ResyncCause.WATCH_ENDED);
        } else if (event instanceof ViewEvent.WentBack back) {
            draft.wentBack(back.header());
        } else if (event instanceof ViewEvent.AuditDue) {
            draft.audit();
        } else if (event instanceof ViewEvent.Audited audited) {
            draft.audited(audited);
        } else if (event instanceof ViewEvent.NotAudited not) {
            draft.notAudited(not);
        }
    }

    /** The next moment at which time alone changes something; {@link Long#MAX_VALUE} for none. */
    long nanosToNextTick(ViewState<S> state, long now) {
        long next = Long.MAX_VALUE;
        if (state.phase() == Phase.OPENING || state.phase() == Phase.CONFIRMING) {
            next = state.openingSince() + OPENING_BOUND - now;
        } else if (state.phase() == Phase.LIVE) {
            next = nextWhileLive(state, now);
        }
        return next == Long.MAX_VALUE ? next : Math.max(0, next);
    }

    private long nextWhileLive(ViewState<S> state, long now) {
        AuditState audit = state.audit();
        long next = Long.MAX_VALUE;
        if (!state.aged()) {
            next = state.provenAt().nanos() + proof.staleAfter() - now;
        }
        long unproven = now - state.provenAt().nanos();
        if (unproven < proof.staleAfter()) {
            for (Hold hold : state.content().holds().values()) {
                next = Math.min(next, (unproven < proof.certainFor() ? hold.deadline() : hold.latest()) - now);
            }
        }
        AuditState.Running running = audit.running();
        if (running != null && running.found() != null) {
            next = Math.min(next, running.foundAt() + SETTLING - now);
        } else if (proof.audited() && running == null) {
            long since = Math.max(state.provenAt().nanos() - now, audit.askedAt() - now);
            next = Math.min(next, since + proof.askAfter());
        }
        return next;
    }
}
