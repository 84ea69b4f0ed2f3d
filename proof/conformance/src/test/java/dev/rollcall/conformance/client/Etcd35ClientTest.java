package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of our client on etcd 3.5.16. */
@Tag("contract")
class Etcd35ClientTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");

    @Nested
    class Kv extends KvContract {}

    @Nested
    class Read extends ReadContract {}

    @Nested
    class Txn extends TxnContract {}

    @Nested
    class Call extends CallContract {}

    @Nested
    class Lease extends LeaseContract {}

    @Nested
    class KeepAlive extends KeepAliveContract {}

    @Nested
    class Watch extends WatchContract {}

    @Nested
    class BrokenWatch extends BrokenWatchContract {}

    @Nested
    class Cluster extends ClusterContract {}
}
