package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("contract")
class Etcd35NeighbourTest extends NeighbourContract {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");
}
