package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerboseOptionTest {

    private static final LeaseId LEASE = new LeaseId(0x1f);

    @Test
    void everyKindOfEventHasWordsOfItsOwn() {
        Map<Class<?>, String> words = new HashMap<>();
        for (Observation event : new Observation[] {
            new Observation.RenewalLate(LEASE, 2),
            new Observation.LeaseLost(LEASE, 2),
            new Observation.LeaseSwapped(LEASE, new LeaseId(0x2f), 2),
            new Observation.Resynced("user", "WENT_BACK", true, 7),
            new Observation.ViewStale("user", 3),
            new Observation.ViewLive("user", 7, Duration.ofMillis(1_500)),
            new Observation.GuardHeld("user", 3, 4),
            new Observation.GuardReleased("user", 4),
            new Observation.AuditDifference("view user", 1),
            new Observation.Quarantined("user", Bytes.utf8("services/user/1"), "no JSON"),
            new Observation.ListenerFailed("view user", 2, new IllegalStateException("on purpose"))
        }) {
            words.put(event.getClass(), VerboseOption.words(event));
        }

        assertThat(words.keySet()).containsExactlyInAnyOrder(Observation.class.getPermittedSubclasses());
        words.forEach((kind, said) -> assertThat(said).doesNotStartWith(kind.getSimpleName()));
        assertThat(words)
                .containsEntry(Observation.ViewLive.class, "live at revision 7 after 1500 ms")
                .containsEntry(
                        Observation.Resynced.class,
                        "read anew at revision 7: went back; the store is not the one it was");
    }
}
