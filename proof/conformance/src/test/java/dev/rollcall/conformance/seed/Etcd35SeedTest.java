package dev.rollcall.conformance.seed;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The defects of the C++ module, on etcd 3.5.16. */
@Tag("contract")
class Etcd35SeedTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");

    @Nested
    class Discovery extends DiscoveryDefects {}

    @Nested
    class Registration extends RegistrationDefects {}
}
