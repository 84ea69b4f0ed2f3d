package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.EtcdSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that logs in, on etcd 3.5.16. */
@Tag("contract")
class Etcd35AuthenticationTest extends AuthenticationContract {

    @RegisterExtension
    static final EtcdExtension ETCD = protectedBy(EtcdSpec.real("3.5.16").withFlags("--auth-token-ttl", "2"));
}
