package dev.rollcall.discovery;

import dev.rollcall.discovery.AuditState.Found;
import dev.rollcall.discovery.AuditState.Running;
import dev.rollcall.discovery.AuditState.Stage;
import dev.rollcall.discovery.SnapshotReducer.Step;
import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.WatchBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a view while a {@link SnapshotReducer} takes one step. */
final class ViewDraft<S extends Shown> {

    private final ViewState<S> from;
    private final Moment at;
    private final Moment asOf;
    private final ProofRules proof;
    private final Fold<S> fold;
    private final List<ViewAction> actions = new ArrayList<>();
    private Phase phase;
    private long promised;
    private long heard;
    private long cluster;
    private long term;
    private long ticket;
    private @Nullable ResyncCause resync;
    private Backlog waiting;
    private boolean gap;
    private long openingSince;
    private long leftAt;
    private Moment provenAt;
    private long checked;
    private long relists;
    private AuditState audit;

    ViewDraft(ViewState<S> from, Fold<S> fold, ProofRules proof, Moment at, Moment asOf) {
        this.from = from;
        this.at = at;
        this.asOf = asOf;
        this.proof = proof;
        this.fold = fold;
        this.phase = from.phase();
        this.promised = from.promised();
        this.heard = from.heard();
        this.cluster = from.cluster();
        this.term = from.term();
        this.ticket = from.ticket();
        this.resync = from.resync();
        this.waiting = from.waiting();
        this.gap = from.gap();
        this.openingSince = from.openingSince();
        this.leftAt = from.leftAt();
        this.provenAt = from.provenAt();
        this.checked = from.provenAt().nanos();
        this.relists = from.relists();
        this.audit = from.audit();
    }

    Step<S> done() {
        boolean aged = phase.follows() && at.nanos() - provenAt.nanos() >= proof.staleAfter();
        boolean wasFresh = from.phase().follows() && !from.aged();
        if (wasFresh && (aged || !phase.follows())) {
            leftAt = at.nanos();
        }
        ViewState<S> next = new ViewState<>(
                phase,
                fold.content(),
                promised,
                Math.max(heard, fold.content().revision()),
                cluster,
                term,
                ticket,
                resync,
                waiting,
                gap,
                openingSince,
                leftAt,
                provenAt,
                aged,
                relists,
                phase == Phase.LIVE ? audit : audit.dropped());
        return new Step<>(next, List.copyOf(fold.changes()), List.copyOf(actions));
    }

    /** The store was not read yet: shows what was known before. */
    void seeded(DiskView view) {
        if (from.begun()) {
            return;
        }
        fold.seed(view.revision(), view.kvs());
        cluster = view.cluster();
        term = view.term();
        provenAt = asOf;
    }

    void listed(ViewEvent.Listed listed) {
        if (phase != Phase.LISTING || listed.ticket() != ticket) {
            return;
        }
        Header header = listed.header();
        if (goesOn(from.content())) {
            if (isOfAnotherCluster(listed)) {
                doubt();
                return;
            }
            if (isBehind(header)) {
                resync = ResyncCause.WENT_BACK;
            } else if (!Continuity.couldFollow(from.content(), listed.kvs(), mayHaveMissed())) {
                resync = ResyncCause.HISTORY_DIFFERS;
            } else {
                ResyncCause again = belied(listed);
                if (again != null) {
                    // The list was read before its past, and may be of either history.
                    readAll(again);
                    return;
                }
            }
        }
        if (from.seeded() && !continuesSeed(header, listed)) {
            resync = ResyncCause.HISTORY_DIFFERS;
        }
        fold.list(header.revision(), listed.kvs(), resync);
        promised = header.revision();
        cluster = header.clusterId();
        boolean begins = resync != null && resync.newEpoch();
        heard = begins ? header.revision() : Math.max(heard, header.revision());
        term = begins ? header.raftTerm() : Math.max(term, header.raftTerm());
        resync = null;
        openingSince = at.nanos();
        relists++;
        audit = audit.listed(header.revision());
        enter(Phase.OPENING);
        actions.add(new ViewAction.OpenWatch(header.revision() + 1));
    }

    private boolean isOfAnotherCluster(ViewEvent.Listed listed) {
        return listed.header().clusterId() != cluster
                || (listed.past() instanceof ViewEvent.Recalled past
                        && past.header().clusterId() != cluster);
    }

    private boolean isBehind(Header header) {
        return header.revision() < heard || header.raftTerm() < term;
    }

    /** Whether a list is to go on from what is known. */
    private boolean goesOn(Content<S> known) {
        return known.known() && (resync == null || !resync.newEpoch());
    }

    /** Whether the view is read anew because changes were left out or altered before its revision. */
    private boolean mayHaveMissed() {
        return resync == ResyncCause.AUDIT || resync == ResyncCause.MISFIT;
    }

    /** Why all is to be read again, as what was read of the past after a list gives it the lie; null where it does not. */
    private @Nullable ResyncCause belied(ViewEvent.Listed listed) {
        if (listed.past() instanceof ViewEvent.NotRecalled not && !not.compacted()) {
            // Behind what is known, or of another cluster, which the next list tells apart.
            return resync;
        }
        if (!(listed.past() instanceof ViewEvent.Recalled recalled)) {
            return null;
        }
        Header list = listed.header();
        if (recalled.header().revision() < list.revision() || recalled.header().raftTerm() < list.raftTerm()) {
            return ResyncCause.WENT_BACK;
        }
        Content<S> content = from.content();
        boolean ours =
                mayHaveMissed() ? Continuity.hasLastWrite(content, recalled) : Continuity.same(content, recalled);
        return ours ? null : ResyncCause.HISTORY_DIFFERS;
    }

    private boolean continuesSeed(Header header, ViewEvent.Listed listed) {
        return header.clusterId() == cluster
                && header.revision() >= from.content().revision()
                && header.raftTerm() >= term
                && Continuity.couldFollow(from.content(), listed.kvs(), false);
    }

    void created(ViewEvent.Created created) {
        if (phase.isReading()) {
            return;
        }
        Header header = created.header();
        Content<S> content = from.content();
        boolean atOnce = phase == Phase.OPENING && !created.resumed();
        boolean fell = header.revision() < content.revision() || header.raftTerm() < term;
        if (header.clusterId() != cluster) {
            doubt();
        } else if (atOnce && !fell) {
            phase = Phase.CONFIRMING;
            openingSince = at.nanos();
            actions.add(Continuity.briefProof(++ticket, content));
        } else {
            phase = Phase.PROVING;
            // What was lost while it waited is not promised any more.
            actions.add(Continuity.wholeProof(++ticket, content, gap ? 0 : promised));
        }
    }

    void recalled(ViewEvent.Recalled recalled) {
        if (!phase.isProving() || recalled.asked().ticket() != ticket) {
            return;
        }
        Header header = recalled.header();
        if (header.clusterId() != cluster) {
            doubt();
        } else if (isBehind(header)) {
            lostWatch(ResyncCause.WENT_BACK);
        } else if (!Continuity.same(from.content(), recalled)) {
            lostWatch(ResyncCause.HISTORY_DIFFERS);
        } else if (gap) {
            lostWatch(ResyncCause.MISSED);
        } else {
            hear(header);
            enter(Phase.LIVE);
            takeIn(waiting);
        }
    }

    /** An answer to a read of the whole cluster. */
    private void hear(Header header) {
        heard = Math.max(heard, header.revision());
        term = Math.max(term, header.raftTerm());
    }

    private void takeIn(Backlog waited) {
        waiting = Backlog.EMPTY;
        for (WatchBatch batch : waited.batches()) {
            if (!fold.canFollow(batch)) {
                lostWatch(ResyncCause.MISFIT);
                return;
            }
            fold.batch(batch);
        }
    }

    void notRecalled(ViewEvent.NotRecalled not) {
        if (phase.isProving() && not.ticket() == ticket) {
            lostWatch(not.compacted() ? ResyncCause.MISSED : ResyncCause.WENT_BACK);
        }
    }

    void clusterAnswered(ViewEvent.ClusterAnswered answer) {
        if (phase == Phase.DOUBTING && answer.ticket() == ticket) {
            ResyncCause same = mayHaveMissed() ? resync : ResyncCause.MISSED;
            readAll(answer.oldOneLives() ? same : ResyncCause.OTHER_CLUSTER);
        }
    }

    void changed(WatchBatch batch) {
        if (phase == Phase.LIVE && !fold.canFollow(batch)) {
            lostWatch(ResyncCause.MISFIT);
        } else if (phase == Phase.LIVE) {
            proven();
            fold.batch(batch);
            audit = audit.delivered(batch);
            settle(batch.revision());
        } else if (phase.isProving() || phase == Phase.BROKEN || phase == Phase.OPENING) {
            keep(batch);
        }
    }

    private void keep(WatchBatch batch) {
        Backlog longer = waiting.with(batch);
        gap = gap || longer.isTooLarge();
        waiting = gap ? Backlog.EMPTY : longer;
    }

    void progress(Header header) {
        if (!phase.isReading()) {
            promised = Math.max(promised, header.revision());
        }
        if (phase == Phase.LIVE) {
            proven();
            heard = Math.max(heard, header.revision());
            settle(header.revision());
        }
    }

    /** The watch goes on after what it has delivered: batches that wait for a proof are not sent again. */
    void interrupted() {
        if (phase == Phase.OPENING || phase == Phase.LIVE || phase.isProving()) {
            phase = Phase.BROKEN;
            ticket++;
            gap = gap || !waiting.isEmpty();
            waiting = Backlog.EMPTY;
        }
    }

    void wentBack(Header header) {
        if (!phase.isReading()) {
            if (header.clusterId() != cluster) {
                doubt();
            } else {
                lostWatch(ResyncCause.WENT_BACK);
            }
        }
    }

    void lostWatch(ResyncCause cause) {
        if (!phase.isReading()) {
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
        ticket++;
        actions.add(new ViewAction.ReadAll(ticket, past(fold.content())));
    }

    /** What is to be read after the list, which alone does not show of which history it is. */
    private ViewAction.@Nullable Recall past(Content<S> known) {
        if (!goesOn(known)) {
            return null;
        }
        return mayHaveMissed() ? Continuity.lastWriteProof(ticket, known) : Continuity.briefProof(ticket, known);
    }

    private void doubt() {
        actions.add(new ViewAction.CloseWatch());
        phase = Phase.DOUBTING;
        forgetWaiting();
        actions.add(new ViewAction.AskClusters(++ticket, cluster));
    }

    private void forgetWaiting() {
        waiting = Backlog.EMPTY;
        gap = false;
    }

    private void enter(Phase fresh) {
        boolean wasAway = !phase.follows() && from.content().known();
        returned(wasAway ? at.nanos() - leftAt : 0);
        phase = fresh;
        provenAt = asOf;
    }

    private void returned(long away) {
        long unproven = asOf.nanos() - provenAt.nanos();
        if (unproven >= proof.staleAfter()) {
            fold.holdAnew(unproven);
        } else if (away > SnapshotReducer.ABSENCE) {
            fold.holdAnew(away);
        }
    }

    private void proven() {
        if (asOf.nanos() - provenAt.nanos() <= 0) {
            return;
        }
        returned(0);
        provenAt = asOf;
    }

    void audit() {
        if (phase == Phase.LIVE && audit.stage() == Stage.RESTING) {
            audit = audit.asked(fold.content(), Math.max(heard, fold.content().revision()), at.nanos());
            actions.add(new ViewAction.Audit(audit.ticket(), audit.verified()));
        }
    }

    void audited(ViewEvent.Audited audited) {
        Running running = audit.running();
        boolean awaited = running != null && running.found() == null && audited.ticket() == audit.ticket();
        if (phase != Phase.LIVE || running == null || !awaited) {
            return;
        }
        Header header = audited.header();
        if (header.clusterId() != cluster) {
            audit = audit.dropped();
        } else if (header.revision() < running.heard() || header.raftTerm() < term) {
            lostWatch(ResyncCause.WENT_BACK);
        } else {
            hear(header);
            audit = audit.answered(new Found(header.revision(), audited.changed(), audited.count()), at.nanos());
            settle(fold.content().revision());
            if (phase == Phase.LIVE && audit.stage() == Stage.SETTLING) {
                actions.add(new ViewAction.AskProgress());
            }
        }
    }

    void notAudited(ViewEvent.NotAudited not) {
        if (audit.stage() == Stage.ASKED && not.ticket() == audit.ticket()) {
            audit = audit.dropped();
        }
    }

    /** Compares, and believes a difference once everything up to a revision that covers it was delivered. */
    private void settle(long deliveredUpTo) {
        Running running = audit.running();
        Found found = running == null ? null : running.found();
        if (running == null || found == null) {
            return;
        }
        int differing = audit.differing(running, found);
        if (differing == 0) {
            checked = audit.askedAt();
            audit = audit.passed(found.revision());
            proven();
        } else if (deliveredUpTo >= found.revision()) {
            audit = audit.failed(differing);
            lostWatch(ResyncCause.AUDIT);
        }
    }

    void openingMayBeOver(Moment when) {
        if (when.nanos() - openingSince < SnapshotReducer.OPENING_BOUND) {
            return;
        }
        if (phase == Phase.OPENING) {
            phase = Phase.BROKEN;
        } else if (phase == Phase.CONFIRMING) {
            phase = Phase.PROVING;
        }
    }

    /** What is due by time alone. */
    void timeMayBeUp() {
        if (phase != Phase.LIVE) {
            return;
        }
        long now = at.nanos();
        Running running = audit.running();
        if (running != null && running.found() != null && now - running.foundAt() >= SnapshotReducer.SETTLING) {
            settle(Long.MAX_VALUE);
        } else if (proof.audited()
                && now - provenAt.nanos() >= proof.askAfter()
                && now - audit.askedAt() >= proof.askAfter()) {
            audit();
        }
        long unproven = now - provenAt.nanos();
        if (phase == Phase.LIVE && unproven < proof.staleAfter()) {
            fold.release(unproven < proof.certainFor(), checked);
        }
    }
}
