package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class EtcdExtensionTest {

    private static final List<TestEtcd> SEEN = new ArrayList<>();

    @Test
    void aStaticEtcdIsSharedClearedBetweenTestsAndRunningAtTheStartOfEach() {
        SEEN.clear();
        run(Shared.class).testEvents().assertStatistics(s -> s.succeeded(3));
        assertThat(SEEN).hasSize(3).allMatch(e -> e == SEEN.get(0));
        assertThat(SEEN.get(0).running()).isFalse();
    }

    @TestMethodOrder(OrderAnnotation.class)
    static class Shared {
        @RegisterExtension
        static final EtcdExtension etcd = EtcdExtension.embedded();

        @Test
        @Order(1)
        void leavesAKeyAndAStoppedEtcd(TestEtcd handle) {
            SEEN.add(handle);
            assertThat(etcd.endpoints()).isEqualTo(handle.endpoints());
            try (RawClient client = new RawClient(handle)) {
                client.put("k", "v");
            }
            handle.stop();
        }

        @Test
        @Order(2)
        void findsItEmptyAndLeavesItPaused(TestEtcd handle) {
            SEEN.add(handle);
            try (RawClient client = new RawClient(handle)) {
                assertThat(client.get("k")).isNull();
                client.put("k", "v");
            }
            handle.pause();
        }

        @Nested
        class Inner {
            @Test
            void sharesIt(TestEtcd handle) {
                SEEN.add(handle);
                try (RawClient client = new RawClient(handle)) {
                    assertThat(client.get("k")).isNull();
                }
            }
        }
    }

    @Test
    void anEtcdOfTheInstanceIsNewForEachTestAndGoneAfterIt() {
        SEEN.clear();
        run(OfItsOwn.class).testEvents().assertStatistics(s -> s.succeeded(2));
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates().noneMatch(TestEtcd::running);
    }

    static class OfItsOwn {
        @RegisterExtension
        final EtcdExtension etcd = EtcdExtension.embedded();

        @Test
        void one() {
            SEEN.add(etcd.etcd());
        }

        @Test
        void two() {
            SEEN.add(etcd.etcd());
        }
    }

    @Test
    void whatATestLeavesBehindFailsItAndNotTheNextOne() {
        EngineExecutionResults results = run(Leaking.class);
        assertThat(failureOf(results, "aLease")).contains("lease ");
        assertThat(failureOf(results, "bWatch")).contains("1 watch");
        assertThat(failureOf(results, "cThread")).contains("thread rollcall-forgotten", "CountDownLatch.await");
        results.testEvents().assertStatistics(s -> s.failed(3).succeeded(2));
        Leaking.end();
    }

    @TestMethodOrder(MethodName.class)
    static class Leaking {
        @RegisterExtension
        static final EtcdExtension etcd = EtcdExtension.embedded();

        private static final CountDownLatch END = new CountDownLatch(1);
        private static final List<RawClient> CLIENTS = new ArrayList<>();

        @Test
        void aLease() {
            try (RawClient client = new RawClient(etcd.etcd())) {
                client.grant(600);
            }
        }

        @Test
        void bWatch() {
            RawClient client = new RawClient(etcd.etcd());
            CLIENTS.add(client);
            client.watch("k", 1);
            assertThat(Await.until(Duration.ofSeconds(5), () -> !client.watched.isEmpty()))
                    .isTrue();
        }

        @Test
        void cThread() {
            Thread thread = new Thread(
                    () -> {
                        try {
                            END.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "rollcall-forgotten");
            thread.setDaemon(true);
            thread.start();
        }

        @Test
        void dNothing() {}

        @Test
        void eForgiven() {
            etcd.forgiveLeaks();
            try (RawClient client = new RawClient(etcd.etcd())) {
                client.grant(600);
            }
        }

        static void end() {
            END.countDown();
            CLIENTS.forEach(RawClient::close);
        }
    }

    @Test
    void aClassMayOptOutOfTheLeakCheck() {
        run(OptedOut.class).testEvents().assertStatistics(s -> s.succeeded(1));
    }

    static class OptedOut {
        @RegisterExtension
        static final EtcdExtension etcd = EtcdExtension.embedded().withoutLeakCheck();

        @Test
        void aLease() {
            try (RawClient client = new RawClient(etcd.etcd())) {
                client.grant(600);
            }
        }
    }

    @Test
    void outsideATestThereIsNoEtcd() {
        assertThatThrownBy(EtcdExtension.embedded()::endpoints).hasMessageContaining("@RegisterExtension");
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .execute();
    }

    private static String failureOf(EngineExecutionResults results, String method) {
        return results.testEvents().failed().stream()
                .filter(event -> event.getTestDescriptor().getDisplayName().startsWith(method))
                .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow()
                        .getMessage())
                .findFirst()
                .orElse("(did not fail)");
    }
}
