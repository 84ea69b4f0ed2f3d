package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdSpec;
import org.junit.jupiter.api.Tag;

/** Rights to overlays, on etcd 3.5.16. */
@Tag("contract")
class Etcd35OverlayRightsTest extends OverlayRightsContract {

    @Override
    EtcdSpec store() {
        return EtcdSpec.real("3.5.16");
    }
}
