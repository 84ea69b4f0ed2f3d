package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users and expiring tokens change, on etcd 3.4.23. */
@Tag("contract")
class Etcd34ProtectedTest extends ProtectedContract {

    @RegisterExtension
    static final EtcdExtension ETCD = protectedEtcd("3.4.23");
}
