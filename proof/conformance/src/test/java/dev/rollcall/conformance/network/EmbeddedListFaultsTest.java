package dev.rollcall.conformance.network;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedListFaultsTest extends ListFaults {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();
}
