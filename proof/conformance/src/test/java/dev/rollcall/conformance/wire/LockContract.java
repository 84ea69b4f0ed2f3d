package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.LockRequest;
import dev.rollcall.etcd.proto.LockResponse;
import dev.rollcall.etcd.proto.UnlockRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

/** Locks: who has one, who waits, and how it passes on. */
abstract class LockContract extends Contract {

    private static LockRequest request(String name, long lease) {
        return LockRequest.newBuilder()
                .setName(Wire.bytes(name))
                .setLease(lease)
                .build();
    }

    private LockResponse lock(String name, long lease) {
        return wire().lock().lock(request(name, lease));
    }

    private StreamProbe<LockRequest, LockResponse> waitFor(String name, long lease) {
        StreamProbe<LockRequest, LockResponse> probe = new StreamProbe<>();
        wire().lockStreams().lock(request(name, lease), probe);
        return probe;
    }

    private void unlock(LockResponse held) {
        var unused = wire().lock()
                .unlock(UnlockRequest.newBuilder().setKey(held.getKey()).build());
    }

    @Test
    void aFreeLockIsTakenByAKeyBelowItsName() {
        long lease = wire().grant(60);
        LockResponse held = lock("/l", lease);
        assertThat(held.getKey().toStringUtf8()).isEqualTo("/l/" + Long.toHexString(lease));
        var kv = wire().get(held.getKey().toStringUtf8()).getKvs(0);
        assertThat(kv.getLease()).isEqualTo(lease);
        assertThat(kv.getValue().isEmpty()).isTrue();
        assertThat(held.getHeader().getRevision()).isEqualTo(kv.getCreateRevision());
        assertThat(held.getHeader().getMemberId()).isNotZero();
    }

    @Test
    void theSameLeaseHasItAlready() {
        long lease = wire().grant(60);
        LockResponse first = lock("/l", lease);
        wire().put("/other", "1");
        LockResponse again = lock("/l", lease);
        assertThat(again.getKey()).isEqualTo(first.getKey());
        assertThat(again.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision() + 1);
    }

    @Test
    void whoBringsNoLeaseGetsOneOfAMinute() {
        LockResponse held = lock("", 0);
        String key = held.getKey().toStringUtf8();
        assertThat(key).startsWith("/");
        long lease = Long.parseLong(key.substring(1), 16);
        assertThat(wire().timeToLive(lease).getGrantedTTL()).isEqualTo(60);
        unlock(held);
        assertThat(wire().timeToLive(lease).getGrantedTTL()).isEqualTo(60);
    }

    @Test
    void theLockPassesToTheOneThatWaitedLongest() {
        LockResponse held = lock("/l", wire().grant(60));
        long second = wire().grant(60);
        try (var next = waitFor("/l", second)) {
            awaitKeys("/l/", 2);
            try (var last = waitFor("/l", wire().grant(60))) {
                awaitKeys("/l/", 3);
                assertThat(next.poll(200)).isNull();
                unlock(held);
                LockResponse got = next.next();
                assertThat(got.getKey().toStringUtf8()).isEqualTo("/l/" + Long.toHexString(second));
                assertThat(got.getHeader().getRevision()).isEqualTo(wire().revision());
                assertThat(last.poll(200)).isNull();
                unlock(got);
                assertThat(last.next().getHeader().getRevision()).isEqualTo(wire().revision());
            }
        }
    }

    @Test
    void oneInTheMiddleThatLeavesLetsNobodyIn() {
        LockResponse held = lock("/l", wire().grant(60));
        long middle = wire().grant(60);
        try (var gone = waitFor("/l", middle)) {
            awaitKeys("/l/", 2);
            try (var last = waitFor("/l", wire().grant(60))) {
                awaitKeys("/l/", 3);
                gone.cancel();
                awaitKeys("/l/", 2);
                assertThat(last.poll(300)).isNull();
                unlock(held);
                assertThat(last.next().getKey().isEmpty()).isFalse();
            }
        }
    }

    @Test
    void anyKeyBelowTheNameStandsInTheWay() {
        wire().put("/l/x", "mine");
        try (var waiting = waitFor("/l", wire().grant(60))) {
            awaitKeys("/l/", 2);
            assertThat(waiting.poll(200)).isNull();
            wire().put("/l/x", "changed");
            assertThat(waiting.poll(200)).isNull();
            wire().delete("/l/x");
            assertThat(waiting.next().getKey().isEmpty()).isFalse();
        }
    }

    @Test
    void oneWhoseLeaseEndsWhileItWaitsHasLost() {
        LockResponse held = lock("/l", wire().grant(60));
        long lease = wire().grant(60);
        try (var waiting = waitFor("/l", lease)) {
            awaitKeys("/l/", 2);
            wire().revoke(lease);
            assertThat(waiting.poll(200)).isNull();
            unlock(held);
            assertThat(waiting.end().getCode()).isEqualTo(Code.UNKNOWN);
            assertThat(waiting.end().getDescription()).isEqualTo("mutex: session is expired");
        }
    }

    @Test
    void errorsComeWithoutTheirCode() {
        refused(Code.UNKNOWN, "etcdserver: requested lease not found", () -> lock("/l", 4711));
        refused(
                Code.UNKNOWN,
                "etcdserver: key is not provided",
                () -> wire().lock().unlock(UnlockRequest.getDefaultInstance()));
    }

    @Test
    void unlockingWhatIsNotThereIsFine() {
        long revision = wire().revision();
        var answer = wire().lock()
                .unlock(UnlockRequest.newBuilder()
                        .setKey(Wire.bytes("/nothing"))
                        .build());
        assertThat(answer.getHeader().getRevision()).isEqualTo(revision);
    }
}
