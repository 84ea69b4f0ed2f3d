package dev.rollcall.conformance.wire;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire contract on etcd 3.5.16. */
@Tag("contract")
class Etcd35WireTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16").withoutLeakCheck();

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
    class Lock extends LockContract {}

    @Nested
    class Election extends ElectionContract {}

    @Nested
    class Maintenance extends MaintenanceContract {}

    @Nested
    class Cluster extends ClusterContract {}

    @Nested
    class Server extends ServerContract {}

    @Nested
    class Account extends AccountContract {}

    @Nested
    class Rights extends RightsContract {}

    @Nested
    class LaterAuth extends LaterAuthContract {}
}
