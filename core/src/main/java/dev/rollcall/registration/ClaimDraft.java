package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Known;
import dev.rollcall.registration.KeyClaim.Phase;
import dev.rollcall.registration.KeyClaim.Sight;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import dev.rollcall.registration.Sighting.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a {@link KeyClaim} in the making: takes one event in, then decides what is next. */
final class ClaimDraft {

    final List<ClaimAction> actions = new ArrayList<>();
    final long now;

    final OnConflict onConflict;
    final OnDelete onDelete;

    Phase phase;
    Known known;

    Bytes wanted;
    LeaseId offered;
    boolean present;
    boolean everPresent;
    boolean wentBack;
    boolean leaving;
    Bytes farewell;
    boolean withLease;
    int failures;
    boolean repair;
    long repairNotBefore;

    @Nullable End end;

    String reason;

    Bytes sentValue;
    LeaseId sentLease;
    LeaseId lostMeanwhile;
    boolean doubtedMeanwhile;

    @Nullable Sighting seenMeanwhile;

    /** At the beginning there is, for all we know, no key; the guard of the first put finds out. */
    ClaimDraft(Bytes wanted, OnConflict onConflict, OnDelete onDelete, long now) {
        this.now = now;
        this.onConflict = onConflict;
        this.onDelete = onDelete;
        this.wanted = wanted;
        this.farewell = Bytes.EMPTY;
        phase = Phase.AWAITING;
        known = new Known(Sight.ABSENT, 0, 0, LeaseId.NONE, Bytes.EMPTY);
        offered = LeaseId.NONE;
        repairNotBefore = now;
        reason = "new";
        sentValue = Bytes.EMPTY;
        sentLease = LeaseId.NONE;
        lostMeanwhile = LeaseId.NONE;
    }

    ClaimDraft(ClaimDraft from, long now) {
        this.now = now;
        onConflict = from.onConflict;
        onDelete = from.onDelete;
        farewell = from.farewell;
        phase = from.phase;
        known = from.known;
        wanted = from.wanted;
        offered = from.offered;
        present = from.present;
        everPresent = from.everPresent;
        wentBack = from.wentBack;
        leaving = from.leaving;
        withLease = from.withLease;
        failures = from.failures;
        repair = from.repair;
        repairNotBefore = from.repairNotBefore;
        end = from.end;
        reason = from.reason;
        sentValue = from.sentValue;
        sentLease = from.sentLease;
        lostMeanwhile = from.lostMeanwhile;
        doubtedMeanwhile = from.doubtedMeanwhile;
        seenMeanwhile = from.seenMeanwhile;
    }

    void take(ClaimEvent event) {
        boolean decide;
        if (event instanceof ClaimEvent.Offered given) {
            decide = offer(given.lease());
        } else if (event instanceof ClaimEvent.Forfeited gone) {
            decide = forfeit(gone.lease());
        } else if (event instanceof ClaimEvent.Wanted update) {
            wanted = update.value();
            decide = phase == Phase.AWAITING || phase == Phase.HELD;
        } else if (event instanceof ClaimEvent.Leave leave) {
            decide = leave(leave);
        } else if (event instanceof ClaimEvent.RetryDue) {
            decide = retry();
        } else if (event instanceof ClaimEvent.LeaseLives alive) {
            decide = leaseLives(alive.lease());
        } else if (event instanceof ClaimEvent.Seen seen) {
            decide = seen(seen.sighting());
        } else if (event instanceof ClaimEvent.Doubted) {
            decide = doubt();
        } else if (event instanceof ClaimEvent.WentBack) {
            wentBack = true;
            decide = doubt();
        } else if (event instanceof ClaimEvent.Missed missed) {
            decide = phase == Phase.HELD && known.isOurs() && missed.modRevision() == known.modRevision() && doubt();
        } else {
            decide = isBusy() && answer(event);
        }
        if (decide && phase != Phase.ENDED) {
            decide();
        }
    }

    private boolean offer(LeaseId given) {
        offered = given;
        return switch (phase) {
            case AWAITING, HELD -> true;
            // A new lease is a new chance: what failed before may have failed for want of it.
            case PAUSED -> !given.isNone();
            default -> false;
        };
    }

    private boolean forfeit(LeaseId gone) {
        if (offered.equals(gone)) {
            offered = LeaseId.NONE;
        }
        if (isBusy() && (lostMeanwhile.isNone() || gone.equals(sentLease))) {
            lostMeanwhile = gone;
        }
        boolean ours = known.lease().equals(gone)
                && (known.isOurs() || known.sight() == Sight.UNKNOWN || phase == Phase.ASKING);
        if (!ours) {
            return false;
        }
        // The next write is guarded by absence, and so finds out whether this is true.
        known = known.gone();
        lose("its lease " + gone + " was lost");
        return !isBusy();
    }

    private boolean leave(ClaimEvent.Leave leave) {
        farewell = leave.farewell();
        withLease = leave.withLease() || withLease;
        leaving = true;
        return !isBusy();
    }

    private boolean retry() {
        if (phase == Phase.BLOCKED) {
            known = known.doubted();
            return true;
        }
        return phase == Phase.PAUSED;
    }

    private boolean leaseLives(LeaseId alive) {
        if (phase == Phase.ASKING && known.lease().equals(alive)) {
            end(End.YIELDED, reason);
        }
        return false;
    }

    private boolean seen(Sighting sighting) {
        if (isBusy()) {
            if (seenMeanwhile == null || seenMeanwhile.asOf() < sighting.asOf()) {
                seenMeanwhile = sighting;
            }
            return false;
        }
        return phase != Phase.ASKING && sighting.asOf() > known.asOf() && recognize(sighting);
    }

    private boolean doubt() {
        if (isBusy()) {
            doubtedMeanwhile = true;
            return false;
        }
        known = known.doubted();
        return phase == Phase.HELD || phase == Phase.BLOCKED;
    }

    /** Takes the answer to the call under way, then what came while it was. */
    private boolean answer(ClaimEvent event) {
        Phase asked = phase;
        phase = Phase.PAUSED;
        boolean failed = false;
        if (event instanceof ClaimEvent.Written written) {
            known = new Known(Sight.OURS, written.revision(), written.revision(), sentLease, sentValue);
            if (asked == Phase.WRITING) {
                gain("written");
            }
        } else if (event instanceof ClaimEvent.Deleted deleted) {
            known = new Known(Sight.ABSENT, deleted.revision(), 0, LeaseId.NONE, Bytes.EMPTY);
            present = false;
        } else if (event instanceof ClaimEvent.Found found) {
            recognize(found.sighting());
        } else if (event instanceof ClaimEvent.Refused && asked == Phase.LEAVING && !withLease) {
            // A store without space takes no farewell, but a deletion.
            farewell = Bytes.EMPTY;
        } else {
            failed = true;
            fail(event, asked);
        }
        failures = failed ? failures : 0;
        takeWhatCameMeanwhile();
        return phase == Phase.PAUSED && !failed;
    }

    private void takeWhatCameMeanwhile() {
        LeaseId lost = lostMeanwhile;
        Sighting later = seenMeanwhile;
        boolean doubted = doubtedMeanwhile;
        sentLease = LeaseId.NONE;
        sentValue = Bytes.EMPTY;
        lostMeanwhile = LeaseId.NONE;
        seenMeanwhile = null;
        doubtedMeanwhile = false;
        if (phase != Phase.PAUSED) {
            return;
        }
        if (!lost.isNone()) {
            forfeit(lost);
        }
        if (doubted) {
            known = known.doubted();
        } else if (later != null && known.sight() != Sight.UNKNOWN && later.asOf() > known.asOf()) {
            recognize(later);
        }
    }

    private void fail(ClaimEvent event, Phase asked) {
        failures++;
        if (event instanceof ClaimEvent.Unanswered && asked != Phase.READING) {
            known = known.doubted();
        } else if (event instanceof ClaimEvent.NoLease) {
            actions.add(new ClaimAction.ReportLost(sentLease));
        }
        if (withLease) {
            // The lease is about to be revoked, which says the rest.
            end(End.LEFT, "closed");
        } else {
            actions.add(new ClaimAction.Retry(failures));
        }
    }

    /** Takes in what the store holds; answers whether a decision is due. */
    private boolean recognize(Sighting seen) {
        switch (seen.owner()) {
            case NOBODY -> gone(seen);
            case US -> ours(seen);
            case FORMER, OTHER -> foreign(seen);
        }
        return phase != Phase.ASKING;
    }

    private void ours(Sighting seen) {
        boolean asWanted = seen.value().equals(wanted);
        boolean spoiled = known.isOurs() && !asWanted && seen.modRevision() != known.modRevision();
        known = Known.of(Sight.OURS, seen);
        if (asWanted) {
            gain("found in place");
        } else if (spoiled && !leaving) {
            lose("its value was overwritten");
            repair = true;
        }
    }

    private void gone(Sighting seen) {
        LeaseId former = known.lease();
        boolean lost = present && !leaving;
        known = Known.of(Sight.ABSENT, seen);
        if (!lost) {
            return;
        }
        lose("it was deleted by others");
        if (onDelete == OnDelete.YIELD) {
            known = new Known(Sight.ABSENT, seen.asOf(), 0, former, Bytes.EMPTY);
            phase = Phase.ASKING;
            actions.add(new ClaimAction.AskLease(former));
        } else {
            repair = true;
        }
    }

    private void foreign(Sighting seen) {
        String holder = seen.lease().isNone() ? "without a lease" : "under lease " + seen.lease();
        if (everPresent && seen.lease().isNone()) {
            lose("it was overwritten by a writer without a lease");
            known = Known.of(Sight.TAKEABLE, seen);
            repair = true;
        } else if ((!everPresent || wentBack) && seen.owner() == Owner.FORMER) {
            lose("taken over from an earlier process at the same endpoint, " + holder);
            known = Known.of(Sight.TAKEABLE, seen);
        } else if (!everPresent && onConflict == OnConflict.TAKE_OVER) {
            reason = "taken over from another owner, " + holder;
            known = Known.of(Sight.TAKEABLE, seen);
        } else {
            lose("another owner has the key, " + holder);
            known = Known.of(Sight.TAKEN, seen);
        }
    }

    private void gain(String how) {
        if (!leaving && !present) {
            reason = known.isOurs() && reason.startsWith("taken over") ? reason : how;
            present = true;
            everPresent = true;
        }
        wentBack = false;
    }

    private void lose(String why) {
        present = false;
        reason = why;
    }

    private void end(End how, String why) {
        phase = Phase.ENDED;
        end = how;
        reason = why;
        present = false;
    }

    boolean isBusy() {
        return phase == Phase.READING || phase == Phase.WRITING || phase == Phase.LEAVING || phase == Phase.DELETING;
    }

    /** Compares what is wanted with what is known, and does the one thing that is next. */
    private void decide() {
        boolean asWanted = known.isOurs() && known.value().equals(wanted);
        if (leaving) {
            decideLeaving();
        } else if (known.sight() == Sight.UNKNOWN) {
            read();
        } else if (known.sight() == Sight.TAKEN) {
            blocked();
        } else if (offered.isNone()) {
            phase = asWanted ? Phase.HELD : Phase.AWAITING;
        } else if (asWanted && known.lease().equals(offered)) {
            phase = Phase.HELD;
        } else if (repair && repairNotBefore - now > 0) {
            phase = Phase.PAUSED;
            actions.add(new ClaimAction.Wait(repairNotBefore - now));
        } else {
            if (repair) {
                repairNotBefore = now + KeyClaim.REPAIR_INTERVAL;
            }
            repair = false;
            put(Phase.WRITING, wanted, offered);
        }
    }

    private void decideLeaving() {
        if (known.sight() == Sight.UNKNOWN) {
            read();
        } else if (!known.isOurs()) {
            end(End.LEFT, "closed");
        } else if (!farewell.isEmpty()
                && !known.value().equals(farewell)
                && known.lease().equals(offered)) {
            put(Phase.LEAVING, farewell, offered);
        } else if (withLease) {
            end(End.LEFT, "closed");
        } else {
            phase = Phase.DELETING;
            actions.add(new ClaimAction.Delete(known.standing()));
        }
    }

    private void blocked() {
        if (onConflict == OnConflict.FAIL) {
            end(End.CONFLICT, reason);
        } else {
            phase = Phase.BLOCKED;
            actions.add(new ClaimAction.Wait(KeyClaim.POLL_INTERVAL));
        }
    }

    private void read() {
        phase = Phase.READING;
        actions.add(new ClaimAction.Read());
    }

    private void put(Phase as, Bytes bytes, LeaseId under) {
        phase = as;
        sentValue = bytes;
        sentLease = under;
        actions.add(new ClaimAction.Put(known.standing(), bytes, under));
    }
}
