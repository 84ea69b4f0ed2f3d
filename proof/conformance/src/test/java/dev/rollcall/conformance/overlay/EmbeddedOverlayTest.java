package dev.rollcall.conformance.overlay;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taken out by hand, on the embedded server. */
class EmbeddedOverlayTest extends OverlayContract {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();
}
