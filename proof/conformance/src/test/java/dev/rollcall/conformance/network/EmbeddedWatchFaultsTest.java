package dev.rollcall.conformance.network;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedWatchFaultsTest extends WatchFaults {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();
}
