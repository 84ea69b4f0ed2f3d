package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewObserverTest {

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();
    private final List<Observation> told = new ArrayList<>();
    private final ViewObserver<Word> observer = new ViewObserver<>("user", told::add);

    ViewObserverTest() {
        for (int i = 1; i <= 4; i++) {
            store.put("a/" + i, "x", 10 + i);
        }
        rig.onStep((before, step) -> observer.step(before, step, rig.nanos));
    }

    @Test
    void theBeginningAndTheEndOfAnOutageAreTold() {
        rig.live(store);
        assertThat(told).containsExactly(new Observation.ViewLive("user", 5, Duration.ZERO));
        told.clear();

        rig.broken().pass(Duration.ofSeconds(7)).created(store, true).recalled(store);

        assertThat(told)
                .containsExactly(
                        new Observation.ViewStale("user", 4),
                        new Observation.ViewLive("user", 5, Duration.ofSeconds(7)));
    }

    @Test
    void aWipeIsToldAsANewEpochAndAsAHold() {
        rig.live(store);
        told.clear();
        Store wiped = new Store(7, 2);

        rig.reconnected(wiped).listed(wiped);

        assertThat(told)
                .contains(
                        new Observation.Resynced("user", "WENT_BACK", true, 1),
                        new Observation.GuardHeld("user", 4, 4));
        told.clear();
        rig.created(wiped, false).recalled(wiped).quiet(wiped, Duration.ofSeconds(8));
        assertThat(told).containsExactly(new Observation.GuardReleased("user", 0));
    }

    @Test
    void aHoldThatEndsBecauseAllReturnIsReleasedToo() {
        rig.live(store);
        store.delete("a/1", "a/2", "a/3");
        rig.catchUp(store);
        told.clear();
        for (int i = 1; i <= 3; i++) {
            store.put("a/" + i, "x", 20 + i);
        }

        rig.catchUp(store);

        assertThat(told).containsExactly(new Observation.GuardReleased("user", 4));
    }

    @Test
    void aGraceIsNoGuard() {
        Rig graceful = new Rig(new GuardRules(true, Rig.LEASE, Rig.HOLD, 1_000_000_000L));
        graceful.onStep((before, step) -> observer.step(before, step, graceful.nanos));
        graceful.live(store);
        told.clear();
        store.delete("a/1");

        graceful.catchUp(store).pass(Duration.ofSeconds(1));

        assertThat(told).isEmpty();
    }

    @Test
    void aValueThatCannotBeReadIsToldOnce() {
        rig.live(store);
        told.clear();
        store.put("a/1", "bad", 11);
        rig.catchUp(store);
        store.put("a/2", "y", 12);
        rig.catchUp(store);

        assertThat(told).containsExactly(new Observation.Quarantined("user", Bytes.utf8("a/1"), "it is bad"));
    }
}
