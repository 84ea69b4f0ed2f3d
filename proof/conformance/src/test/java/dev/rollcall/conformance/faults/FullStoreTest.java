package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store that has no space takes no writes; deletions and renewals go on. */
@Tag("contract")
class FullStoreTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.real("3.5.16");

    private static void alarm(AlarmRequest.AlarmAction action) {
        String target = ETCD.etcd().endpoints().get(0).replace("http://", "");
        ManagedChannel channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                .build();
        try {
            MaintenanceGrpc.MaintenanceBlockingStub store =
                    MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
            long member =
                    store.status(StatusRequest.getDefaultInstance()).getHeader().getMemberId();
            store.alarm(AlarmRequest.newBuilder()
                    .setAction(action)
                    .setAlarm(AlarmType.NOSPACE)
                    .setMemberID(member)
                    .build());
        } finally {
            channel.shutdownNow();
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
