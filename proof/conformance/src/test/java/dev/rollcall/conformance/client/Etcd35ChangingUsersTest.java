package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdSpec;
import org.junit.jupiter.api.Tag;

/** Users who change, on etcd 3.5.16. */
@Tag("contract")
class Etcd35ChangingUsersTest extends ChangingUsersContract {

    @Override
    EtcdSpec store() {
        return EtcdSpec.real("3.5.16").withFlags("--auth-token-ttl", "5");
    }
}
