package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client whose watches are answered by the test, message by message, on an etcd that plays them. */
abstract class WatchScript {

    static final WatchRequest RANGE = WatchRequest.of(KeyRange.prefix("/s/"));

    final ScriptedEtcd etcd = ScriptedEtcd.start();
    final RecordingWatchListener listener = new RecordingWatchListener();
    EtcdClient client = EtcdClient.builder(etcd.endpoint())
            .watchSilence(Duration.ofHours(1))
            .connect();

    @BeforeEach
    void answerTheStatusAndLeaveWatchesToTheTest() {
        etcd.always(MaintenanceGrpc.getStatusMethod()).reply(EtcdMessages.status("3.5.16", 1));
        etcd.always(WatchGrpc.getWatchMethod());
    }

    @AfterEach
    void close() {
        client.close();
        etcd.close();
    }

    /** The stream of this number, from 1 on, once it has asked for a watch. */
    final Served stream(int number) {
        return Served.stream(etcd, number);
    }
}
