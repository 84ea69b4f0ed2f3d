package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdSpec;
import java.time.Duration;

/** Users who change, on the embedded server. */
class EmbeddedChangingUsersTest extends ChangingUsersContract {

    @Override
    EtcdSpec store() {
        return EtcdSpec.embedded(builder -> builder.authTokenTtl(Duration.ofSeconds(5)));
    }
}
