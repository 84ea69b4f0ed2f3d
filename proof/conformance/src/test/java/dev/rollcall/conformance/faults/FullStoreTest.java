package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.conformance.wire.Wire;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store that has no space takes no writes; deletions and renewals go on. */
@Tag("contract")
class FullStoreTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");

    private static void alarm(AlarmRequest.AlarmAction action) {
        try (Wire wire = new Wire(ETCD.etcd())) {
            StatusRequest whoIsIt = StatusRequest.getDefaultInstance();
            wire.maintenance()
                    .alarm(AlarmRequest.newBuilder()
                            .setAction(action)
                            .setAlarm(AlarmType.NOSPACE)
                            .setMemberID(wire.maintenance()
                                    .status(whoIsIt)
                                    .getHeader()
                                    .getMemberId())
                            .build());
        }
    }

    @Test
    void whoClosesIsGoneThoughTheStoreIsFull() {
        String endpoint = ETCD.etcd().endpoints().get(0);
        try (Rollcall rollcall = Rollcall.connect(endpoint);
                EtcdClient client = EtcdClient.connect(endpoint)) {
            Registration goes = rollcall.register(Instance.of("full", "10.0.0.1:80"));
            Registration stays = rollcall.register(Instance.of("full", "10.0.0.2:80"));
            goes.awaitRegistered(Duration.ofSeconds(10));
            stays.awaitRegistered(Duration.ofSeconds(10));
            alarm(AlarmRequest.AlarmAction.ACTIVATE);
            try {
                goes.close();
                assertThat(client.kv().get("services/full/10.0.0.1:80")).isEmpty();
                assertThat(client.kv().get("services/full/10.0.0.2:80")).isPresent();
            } finally {
                alarm(AlarmRequest.AlarmAction.DEACTIVATE);
            }
        }
    }
}
