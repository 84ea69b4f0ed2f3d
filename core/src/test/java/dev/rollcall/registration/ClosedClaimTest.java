package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Phase;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A claim whose owner left brings no key back, whatever the leaving meets on its way. */
class ClosedClaimTest extends KeyClaimScaffold {

    private static final int WALKS = 20_000;
    private static final int STEPS = 30;

    private List<ClaimAction> leave() {
        return tell(new ClaimEvent.Leave(BYE, false));
    }

    private void assertLeft() {
        assertThat(claim.end()).isEqualTo(End.LEFT);
        assertThat(tell(new ClaimEvent.Offered(B))).isEmpty();
        assertThat(tell(new ClaimEvent.RetryDue())).isEmpty();
    }

    @Test
    void aLeaseThatIsLostDuringTheDeletionIsNotMadeUpForByAnother() {
        held();
        assertThat(tell(new ClaimEvent.Leave(Bytes.EMPTY, false))).containsExactly(new ClaimAction.Delete(under(A, 5)));
        assertThat(tell(new ClaimEvent.Forfeited(A))).isEmpty();
        assertThat(tell(new ClaimEvent.Offered(B))).isEmpty();
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(9)))).isEmpty();
        assertLeft();
    }

    @Test
    void aLeaseThatIsLostDuringTheFirstWriteEndsItAll() {
        tell(new ClaimEvent.Offered(A));
        assertThat(leave()).isEmpty();
        tell(new ClaimEvent.Forfeited(A));
        tell(new ClaimEvent.Offered(B));
        assertThat(tell(new ClaimEvent.Written(5))).isEmpty();
        assertLeft();
    }

    @Test
    void aLeaseThatIsLostDuringTheFarewellEndsItAll() {
        held();
        assertThat(leave()).containsExactly(new ClaimAction.Put(under(A, 5), BYE, A));
        tell(new ClaimEvent.Forfeited(A));
        tell(new ClaimEvent.Offered(B));
        assertThat(tell(new ClaimEvent.NoLease())).doesNotHaveAnyElementsOfTypes(ClaimAction.Put.class);
        assertThat(tell(new ClaimEvent.RetryDue())).isEmpty();
        assertLeft();
    }

    @Test
    void aRestoreUnderWayIsUndone() {
        held();
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(6))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
        assertThat(leave()).isEmpty();
        assertThat(tell(new ClaimEvent.Written(7))).containsExactly(new ClaimAction.Put(under(A, 7), BYE, A));
        assertThat(tell(new ClaimEvent.Written(8))).containsExactly(new ClaimAction.Delete(under(A, 8)));
        assertThat(tell(new ClaimEvent.Deleted(9))).isEmpty();
        assertLeft();
    }

    @Test
    void aRestoreThatWaitsForItsTurnIsDropped() {
        held();
        tell(new ClaimEvent.Seen(Sighting.nothing(6)));
        tell(new ClaimEvent.Written(7));
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(8)))).hasOnlyElementsOfType(ClaimAction.Wait.class);
        assertThat(leave()).isEmpty();
        assertLeft();
    }

    @Test
    void aMoveToAnotherLeaseThatWasNotAnsweredIsFoundOutAndDeleted() {
        held();
        assertThat(tell(new ClaimEvent.Offered(B))).containsExactly(new ClaimAction.Put(under(A, 5), ONE, B));
        assertThat(leave()).isEmpty();
        assertThat(tell(new ClaimEvent.Unanswered())).containsExactly(new ClaimAction.Retry(1));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(ours(5, ONE, A)))).containsExactly(new ClaimAction.Delete(under(A, 5)));
        // The move came after the read: the deletion finds what is there now.
        assertThat(tell(new ClaimEvent.Found(ours(6, ONE, B))))
                .containsExactly(new ClaimAction.Put(under(B, 6), BYE, B));
        assertThat(tell(new ClaimEvent.Written(7))).containsExactly(new ClaimAction.Delete(under(B, 7)));
        assertThat(tell(new ClaimEvent.Deleted(8))).isEmpty();
        assertLeft();
    }

    @Test
    void aFirstWriteThatWasNotAnsweredIsReadAndNotRepeated() {
        tell(new ClaimEvent.Offered(A));
        tell(new ClaimEvent.Unanswered());
        assertThat(leave()).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(9)))).isEmpty();
        assertLeft();
    }

    @Test
    void aStoreThatWentBackMeanwhileGetsNoKey() {
        held();
        leave();
        tell(new ClaimEvent.WentBack());
        assertThat(tell(new ClaimEvent.Written(6))).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(2)))).isEmpty();
        assertLeft();
    }

    @Test
    void anUpdateThatComesAfterTheCloseIsNotWritten() {
        held();
        tell(new ClaimEvent.Offered(LeaseId.NONE));
        leave();
        assertThat(tell(new ClaimEvent.Wanted(TWO))).isEmpty();
        tell(new ClaimEvent.Failed());
        assertThat(tell(new ClaimEvent.Offered(A))).doesNotContain(new ClaimAction.Put(under(A, 5), TWO, A));
    }

    @Test
    void whateverHappensBeforeAndAfterNothingButTheFarewellIsWritten() {
        int farewells = 0;
        for (long seed = 0; seed < WALKS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            claim = claim(OnConflict.WAIT, random.nextBoolean() ? OnDelete.RESTORE : OnDelete.YIELD);
            now = 0;
            int leaveAt = random.nextInt(STEPS / 2);
            for (int step = 0; step < STEPS; step++) {
                now += random.nextLong(TimeUnit.SECONDS.toNanos(1));
                List<ClaimAction> actions = step == leaveAt ? leave() : tell(anything(random));
                for (ClaimAction action : actions) {
                    if (step >= leaveAt && action instanceof ClaimAction.Put put) {
                        assertThat(put.value())
                                .as("seed %d: only the farewell is put", seed)
                                .isEqualTo(BYE);
                        assertThat(put.expected().modRevision())
                                .as("seed %d: and only over a key that stands", seed)
                                .isPositive();
                        farewells++;
                    }
                }
            }
        }
        assertThat(farewells).isGreaterThan(WALKS / 20);
    }

    private ClaimEvent anything(SplittableRandom random) {
        LeaseId lease = random.nextBoolean() ? A : B;
        long revision = random.nextInt(1, 60);
        return switch (random.nextInt(15)) {
            case 0, 1 -> new ClaimEvent.Offered(random.nextInt(4) == 0 ? LeaseId.NONE : lease);
            case 2 -> new ClaimEvent.Forfeited(lease);
            case 3 -> new ClaimEvent.Wanted(random.nextBoolean() ? ONE : TWO);
            case 4, 5 ->
                claim.phase() == Phase.DELETING ? new ClaimEvent.Deleted(revision) : new ClaimEvent.Written(revision);
            case 6, 7 -> new ClaimEvent.Found(sight(random, revision));
            case 8 -> new ClaimEvent.Failed();
            case 9 -> new ClaimEvent.Unanswered();
            case 10 -> new ClaimEvent.NoLease();
            case 11 -> new ClaimEvent.RetryDue();
            case 12 -> new ClaimEvent.Seen(sight(random, revision));
            case 13 -> new ClaimEvent.Refused();
            default -> random.nextBoolean() ? new ClaimEvent.Doubted() : new ClaimEvent.LeaseLives(lease);
        };
    }

    private static Sighting sight(SplittableRandom random, long revision) {
        return switch (random.nextInt(4)) {
            case 0 -> Sighting.nothing(revision);
            case 1 -> other(revision, THEIRS);
            default -> ours(revision, random.nextBoolean() ? ONE : TWO, random.nextBoolean() ? A : B);
        };
    }
}
