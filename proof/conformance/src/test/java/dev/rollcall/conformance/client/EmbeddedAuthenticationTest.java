package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.EtcdSpec;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that logs in, on the embedded server. */
class EmbeddedAuthenticationTest extends AuthenticationContract {

    @RegisterExtension
    static final EtcdExtension ETCD =
            protectedBy(EtcdSpec.embedded(builder -> builder.authTokenTtl(Duration.ofSeconds(2))));
}
