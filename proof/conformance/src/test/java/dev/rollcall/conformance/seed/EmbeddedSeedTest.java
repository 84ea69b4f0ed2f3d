package dev.rollcall.conformance.seed;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The defects of the C++ module, on the embedded server. */
class EmbeddedSeedTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    @Nested
    class Discovery extends DiscoveryDefects {}

    @Nested
    class Registration extends RegistrationDefects {}
}
