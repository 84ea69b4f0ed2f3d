package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of our client on etcd 3.4.23. */
@Tag("contract")
class Etcd34ClientTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.4.23");

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
