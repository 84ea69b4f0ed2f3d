package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A view says how far it can be believed, by time alone where nothing else happens. */
class FreshnessTest {

    private static final Duration BOUND = Duration.ofSeconds(15);

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    FreshnessTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
        store.put("a/3", "z", 13);
    }

    private Rig unanswered() {
        if (rig.state.audit().stage() == AuditState.Stage.ASKED) {
            rig.send(new ViewEvent.NotAudited(rig.audit.ticket()));
        }
        return rig;
    }

    @Test
    void aStreamThatIsSilentForTooLongMakesTheViewStaleThoughItLooksOpen() {
        rig.live(store);
        rig.pass(BOUND.minusNanos(1));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);

        unanswered().pass(Duration.ofNanos(1));

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);
        assertThat(rig.state.provenAt().nanos()).isEqualTo(rig.nanos - BOUND.toNanos());
        assertThat(rig.shown()).hasSize(3);
    }

    @Test
    void theMomentIsNotSlept() {
        rig.live(store);
        rig.pass(Duration.ofMillis(7_500));
        unanswered();
        while (rig.state.freshness() != Freshness.STALE) {
            long next = rig.reducer.nanosToNextTick(rig.state, rig.nanos);
            assertThat(next).isPositive();
            rig.pass(Duration.ofNanos(next));
            unanswered();
        }
        assertThat(rig.nanos - rig.state.provenAt().nanos()).isEqualTo(BOUND.toNanos());
    }

    @Test
    void aSignOfLifeInTimeKeepsItFreshForEver() {
        rig.live(store);
        for (int i = 0; i < 100; i++) {
            rig.pass(Duration.ofSeconds(7));
            assertThat(rig.actions).isEmpty();
            rig.send(new ViewEvent.Progress(store.header()));
            assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        }
    }

    @Test
    void aSilentStreamIsProvenByAnAuditBeforeItIsStale() {
        rig.live(store);
        for (int i = 0; i < 100; i++) {
            rig.pass(Duration.ofNanos(rig.reducer.nanosToNextTick(rig.state, rig.nanos)));
            assertThat(rig.actions)
                    .hasOnlyElementsOfType(ViewAction.Audit.class)
                    .hasSize(1);
            rig.audited(store);
            assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        }
        assertThat(rig.nanos).isGreaterThan(Duration.ofSeconds(700).toNanos());
    }

    @Test
    void aProofEndsTheStaleTime() {
        rig.live(store).pass(BOUND);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);

        rig.send(new ViewEvent.Progress(store.header()));

        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        assertThat(rig.state.provenAt().nanos()).isEqualTo(rig.nanos);
    }

    @Test
    void aListThatIsOldWhenItComesIsAsOldAsItIs() {
        rig.send(new ViewEvent.Started());
        Moment asked = rig.moment();
        rig.nanos += Duration.ofSeconds(4).toNanos();
        rig.send(new ViewEvent.Listed(1, store.header(), store.list(), null), asked);

        assertThat(rig.state.provenAt()).isEqualTo(asked);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
    }

    @Test
    void aProofNeverMakesAViewOlder() {
        rig.live(store);
        Moment asked = rig.moment();
        rig.send(new ViewEvent.AuditDue());
        rig.nanos += Duration.ofSeconds(2).toNanos();
        rig.send(new ViewEvent.Progress(store.header()));
        rig.send(store.audit(rig.audit), asked);

        assertThat(rig.state.provenAt().nanos()).isEqualTo(rig.nanos);
    }

    @Test
    void noHoldEndsWhileNobodyKnows() {
        rig.live(store);
        store.delete("a/1", "a/2", "a/3");
        rig.catchUp(store);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
        rig.nanos += BOUND.toNanos();
        rig.pass(Duration.ZERO);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);
        assertThat(rig.shown()).hasSize(3);

        rig.send(new ViewEvent.Progress(store.header()));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
        assertThat(rig.shown()).hasSize(3);

        assertThat(rig.quiet(store, Duration.ofNanos(Rig.HOLD)).shown()).isEmpty();
    }
}
