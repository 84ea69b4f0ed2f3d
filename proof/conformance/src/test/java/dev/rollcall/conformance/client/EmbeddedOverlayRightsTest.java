package dev.rollcall.conformance.client;

import dev.rollcall.etcd.testkit.EtcdSpec;

/** Rights to overlays, on the embedded server. */
class EmbeddedOverlayRightsTest extends OverlayRightsContract {

    @Override
    EtcdSpec store() {
        return EtcdSpec.embedded();
    }
}
