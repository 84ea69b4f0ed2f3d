package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many connections a client makes, to whom, and what that costs. */
class LanesTest {

    private final ScriptedEtcd etcd = ScriptedEtcd.start();

    LanesTest() {
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(7));
        etcd.always(WatchGrpc.getWatchMethod())
                .answerEach(request ->
                        EtcdMessages.created(request.getCreateRequest().getWatchId(), 7));
        etcd.always(LeaseGrpc.getLeaseKeepAliveMethod())
                .answerEach(request -> EtcdMessages.renewed(request.getID(), 2));
    }

    @AfterEach
    void close() {
        etcd.close();
    }

    /** Reads, watches and keeps a lease alive. */
    private void useAll(EtcdClient client) {
        client.kv().get("/a");
        client.watches().watch("/w/", batch -> {});
        client.leases()
                .keepAlive(
                        new LeaseGrant(Wire.header(EtcdMessages.header(1)), new LeaseId(1), Duration.ofSeconds(2)),
                        (handle, state, header) -> {});
        etcd.awaitCall(WatchGrpc.getWatchMethod(), 1);
        etcd.awaitCall(LeaseGrpc.getLeaseKeepAliveMethod(), 1);
    }

    @Test
    void callsRenewalsAndWatchesHaveAConnectionEach() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
            useAll(client);
            assertThat(etcd.connections()).isEqualTo(3);
        }
    }

    @Test
    void streamsWantAMemberWithALeader() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
            useAll(client);
            assertThat(etcd.awaitCall(WatchGrpc.getWatchMethod(), 1).header("hasleader"))
                    .isEqualTo("true");
            assertThat(etcd.awaitCall(LeaseGrpc.getLeaseKeepAliveMethod(), 1).header("hasleader"))
                    .isEqualTo("true");
        }
    }

    /** Of 20 clients that all preferred the same one of two members there is one chance in half a million. */
    @Test
    void clientsPreferDifferentMembers() {
        try (ScriptedEtcd other = ScriptedEtcd.start()) {
            other.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(7));
            for (int i = 0; i < 20; i++) {
                try (EtcdClient client = EtcdClient.connect(etcd.endpoint(), other.endpoint())) {
                    client.kv().get("/a");
                }
            }
            assertThat(etcd.connections()).isPositive();
            assertThat(other.connections()).isPositive();
        }
    }

    /** Measured below half a percent; the bound leaves room for a machine that does much besides. */
    @Test
    void aClientWhoseStoreIsAwayIsNextToIdle() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
            useAll(client);
            etcd.down();
            long warm = System.nanoTime();
            Waiting.until(() -> System.nanoTime() - warm > TimeUnit.SECONDS.toNanos(3), "the first attempts are over");
            long cpu = cpuNanos();
            long from = System.nanoTime();
            Waiting.until(() -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(6), "some seconds pass");
            double share = (double) (cpuNanos() - cpu) / (System.nanoTime() - from);
            assertThat(share).isLessThan(0.05);
        }
    }

    /** What the threads of clients, and of gRPC below them, have used so far. */
    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().matches("rollcall-etcd-(client|callback|lookup)-.*|grpc-default-.*")) {
                sum += Math.max(0, threads.getThreadCpuTime(each.getId()));
            }
        }
        return sum;
    }
}
