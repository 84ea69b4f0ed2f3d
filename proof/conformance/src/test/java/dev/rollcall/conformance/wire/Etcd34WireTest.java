package dev.rollcall.conformance.wire;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire contract on etcd 3.4.23. */
@Tag("contract")
class Etcd34WireTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.4.23").withoutLeakCheck();

    @Nested
    class Kv extends KvContract {}

    @Nested
    class Txn extends TxnContract {}

    @Nested
    class Lease extends LeaseContract {}

    @Nested
    class Watch extends WatchContract {}

    @Nested
    class CppNeighbour extends CppNeighbourContract {}

    @Nested
    class Lock extends LockContract {

        /** 3.4 does not look again, and says that it has the lock. */
        @Override
        void oneWhoseLeaseEndsWhileItWaitsHasLost() {}
    }

    @Nested
    class Election extends ElectionContract {}

    @Nested
    class Maintenance extends MaintenanceContract {

        /** 3.4 raises an alarm of no kind. */
        @Override
        void noAlarmIsNone() {}

        /** It has none in 3.4. */
        @Override
        void theAnswerAboutAlarmsHasARevision() {}

        /** 3.4 cannot be taken back. */
        @Override
        void anOlderVersionMayBeAskedAbout() {}
    }

    @Nested
    class Cluster extends ClusterContract {}

    @Nested
    class Server extends ServerContract {}

    @Nested
    class Account extends AccountContract {}

    @Nested
    class Rights extends RightsContract {}
}
