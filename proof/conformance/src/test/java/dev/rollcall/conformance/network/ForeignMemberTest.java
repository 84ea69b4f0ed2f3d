package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One endpoint of the list belongs to another cluster. */
class ForeignMemberTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    @Test
    void aViewShowsOneClusterAndNeverAMixture() {
        try (TestEtcd one = store("a");
                TestEtcd two = store("b");
                FaultProxy toOne = FaultProxy.inFrontOf(one.endpoints().get(0));
                FaultProxy toTwo = FaultProxy.inFrontOf(two.endpoints().get(0));
                Rollcall rollcall = Rollcall.builder(toOne.endpoint(), toTwo.endpoint())
                        .keyspace(Keyspace.plain("/svc"))
                        .connect()) {
            List<Set<String>> seen = new ArrayList<>();
            Witness witness = new Witness();
            ServiceView users = rollcall.discover("user", witness);
            users.awaitInstances(3, SOON);
            String cluster = first(users.snapshot());
            FaultProxy mine = cluster.equals("a") ? toOne : toTwo;
            TestEtcd store = cluster.equals("a") ? one : two;
            for (int i = 0; i < 4; i++) {
                mine.resetAll();
                try (EtcdClient operator = EtcdClient.connect(store.endpoints().get(0))) {
                    operator.kv().put("/svc/user/" + cluster + "later" + i, "10.0.0.9:80");
                }
                int expected = 4 + i;
                await("what was written to the cluster that is followed")
                        .atMost(SOON)
                        .until(() -> {
                            seen.add(ids(users.snapshot()));
                            return users.snapshot().instances().size() >= expected;
                        });
            }
            assertThat(seen).allSatisfy(ids -> assertThat(ids).allMatch(id -> id.startsWith(cluster)));
            assertThat(users.snapshot().epoch()).isEqualTo(1);
            assertThat(mine.counters().acted(Fault.Kind.RESET)).isPositive();
            witness.assertCalm();
            assertThat(witness.up()).allMatch(id -> id.startsWith(cluster));
        }
    }

    private static TestEtcd store(String name) {
        TestEtcd etcd = EtcdSpec.embedded().start();
        try (EtcdClient operator = EtcdClient.connect(etcd.endpoints().get(0))) {
            for (int i = 0; i < 3; i++) {
                operator.kv().put("/svc/user/" + name + i, "10.0.0." + i + ":80");
            }
        }
        return etcd;
    }

    private static String first(Snapshot snapshot) {
        return snapshot.instances().get(0).instance().id().substring(0, 1);
    }

    private static Set<String> ids(Snapshot snapshot) {
        return snapshot.instances().stream().map(found -> found.instance().id()).collect(Collectors.toSet());
    }
}
