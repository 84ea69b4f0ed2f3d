package dev.rollcall.conformance.overlay;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taken out by hand, on etcd 3.5.16. */
@Tag("contract")
class Etcd35OverlayTest extends OverlayContract {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");
}
