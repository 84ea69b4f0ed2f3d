package dev.rollcall.etcd.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a proxy has done so far. Written by its thread, read by any. */
final class ProxyCounts {

    final AtomicLong accepted = new AtomicLong();
    final AtomicLong open = new AtomicLong();
    final AtomicLong undialled = new AtomicLong();
    final AtomicLong toServer = new AtomicLong();
    final AtomicLong toClient = new AtomicLong();

    private final Map<Fault.Kind, Long> acted = new ConcurrentHashMap<>();

    /** A fault took effect. */
    void acted(Fault.Kind kind) {
        acted.merge(kind, 1L, Long::sum);
    }

    FaultProxy.Counters read() {
        return new FaultProxy.Counters(
                accepted.get(), open.get(), undialled.get(), toServer.get(), toClient.get(), acted);
    }
}
