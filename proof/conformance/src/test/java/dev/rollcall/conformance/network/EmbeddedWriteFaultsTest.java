package dev.rollcall.conformance.network;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedWriteFaultsTest extends WriteFaults {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();
}
