package dev.rollcall.conformance.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rollcall.etcd.testkit.EtcdSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** A real etcd and the embedded server give the same answers, but for the differences that we want. */
@Tag("contract")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {

    private static final long CASE_SECONDS = 120;

    private final List<Store> stores = new ArrayList<>();

    @BeforeAll
    void startStores() {
        stores.add(new Store(EtcdSpec.real("3.5.16").withFlags("--bcrypt-cost=4")));
        stores.add(new Store(EtcdSpec.embedded()));
    }

    @AfterAll
    void stopStores() {
        stores.forEach(Store::close);
    }

    @TestFactory
    Stream<DynamicContainer> bothAnswerAlike() {
        return Case.GROUPS.stream()
                .map(group -> DynamicContainer.dynamicContainer(
                        group,
                        Case.of(group).stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> compare(one)))));
    }

    @TestFactory
    Stream<DynamicTest> bothAnswerRandomSequencesAlike() {
        return drawn(25, RandomSequence::of);
    }

    @TestFactory
    Stream<DynamicTest> bothGrantRandomRightsAlike() {
        return drawn(5, RandomRights::of);
    }

    private Stream<DynamicTest> drawn(long seeds, LongFunction<Case> draw) {
        return LongStream.rangeClosed(1, Long.getLong("rollcall.seeds", seeds))
                .mapToObj(draw)
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> compare(one)));
    }

    private void compare(Case one) {
        var real = transcript(stores.get(0), one);
        var embedded = transcript(stores.get(1), one);
        List<String> byEtcd = real.orTimeout(CASE_SECONDS, TimeUnit.SECONDS).join();
        List<String> byUs = embedded.orTimeout(CASE_SECONDS, TimeUnit.SECONDS).join();
        assertThat(byEtcd).as("what etcd answers").doesNotContain(Conversation.IN_VAIN);
        Difference difference = Difference.between(byEtcd, byUs);
        KnownDifference known = KnownDifference.of(one);
        if (known == null) {
            assertThat(difference.isNone()).as(difference.toString()).isTrue();
        } else if (difference.isNone()) {
            fail("listed as a known difference, and there is none any more: " + one.name());
        } else {
            assertThat(difference.is(known))
                    .as("another difference than the known one: " + difference)
                    .isTrue();
        }
    }

    private static CompletableFuture<List<String>> transcript(Store store, Case one) {
        return CompletableFuture.supplyAsync(() -> Conversation.hold(store, one));
    }
}
