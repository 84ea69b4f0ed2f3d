package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of our client on the embedded server. */
class EmbeddedClientTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

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
