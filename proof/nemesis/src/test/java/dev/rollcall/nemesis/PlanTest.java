package dev.rollcall.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.Plan.Planned;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final List<FaultKind> KINDS = Faults.all();

    @Test
    void aSeedIsAPlan() {
        assertThat(slots(7, 40)).isEqualTo(slots(7, 40)).isNotEqualTo(slots(8, 40));
    }

    @Test
    void everyKindComesBeforeOneComesTwice() {
        List<String> first = slots(7, 60).stream()
                .flatMap(List::stream)
                .map(planned -> planned.kind().name())
                .limit(KINDS.size())
                .collect(Collectors.toList());
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    void twoAtOnceAreOfDifferentScopesAndLeaveTheStoreToOne() {
        for (List<Planned> slot : slots(7, 200)) {
            List<Scope> scopes =
                    slot.stream().map(planned -> planned.kind().scope()).toList();
            assertThat(scopes).doesNotHaveDuplicates();
            assertThat(scopes.contains(Scope.STORE) && scopes.contains(Scope.DATA))
                    .isFalse();
        }
    }

    private static List<List<Planned>> slots(long seed, int count) {
        Plan plan = new Plan(seed, KINDS);
        List<List<Planned>> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(plan.next());
        }
        return slots;
    }
}
