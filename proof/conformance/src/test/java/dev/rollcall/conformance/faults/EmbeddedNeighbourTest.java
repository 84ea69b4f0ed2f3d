package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedNeighbourTest extends NeighbourContract {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();
}
