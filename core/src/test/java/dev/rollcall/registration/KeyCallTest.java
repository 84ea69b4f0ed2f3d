package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.testkit.EtcdExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A write over a key that has the expected revision by chance, as in a store that was wiped and counts anew. */
class KeyCallTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static final Bytes KEY = Bytes.utf8("services/user/a");
    private static final Bytes OURS = Bytes.utf8("ours");

    private EtcdClient client;
    private LeaseId lease;
    private LeaseId theirs;

    @BeforeEach
    void connect() {
        client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
        lease = client.leases().grant(Duration.ofSeconds(60)).id();
        theirs = client.leases().grant(Duration.ofSeconds(60)).id();
    }

    @AfterEach
    void close() {
        client.leases().revoke(lease);
        client.leases().revoke(theirs);
        client.kv().delete(KEY.utf8());
        client.close();
    }

    private KeyValue stored() {
        return client.kv().get(Get.key(KEY)).first().orElseThrow();
    }

    private KeyValue written(LeaseId under) {
        client.kv().put(Put.of(KEY, Bytes.utf8("theirs")).under(under));
        return stored();
    }

    private boolean isDone(KeyCall call) {
        return client.kv().txn((Txn) call.op()).succeeded();
    }

    private boolean isDeleted(Standing expected) {
        return isDone(KeyCall.delete(KEY, expected, answer -> {}));
    }

    private boolean isPut(Standing expected) {
        return isDone(KeyCall.put(KEY, new ClaimAction.Put(expected, OURS, lease), answer -> {}));
    }

    @Test
    void theKeyOfAnotherLeaseAtTheExpectedRevisionIsNeitherDeletedNorPut() {
        KeyValue another = written(theirs);
        Standing expected = Standing.of(another.modRevision(), lease, OURS);

        assertThat(isDeleted(expected)).isFalse();
        assertThat(isPut(expected)).isFalse();
        assertThat(stored()).isEqualTo(another);
    }

    @Test
    void aKeyWithALeaseIsNotTakenForOneWithout() {
        KeyValue another = written(theirs);

        assertThat(isPut(Standing.of(another.modRevision(), LeaseId.NONE, another.value())))
                .isFalse();
        assertThat(stored()).isEqualTo(another);
    }

    @Test
    void aKeyWithoutALeaseIsKnownByItsValue() {
        KeyValue another = written(LeaseId.NONE);

        assertThat(isPut(Standing.of(another.modRevision(), LeaseId.NONE, Bytes.utf8("graffiti"))))
                .isFalse();
        assertThat(stored()).isEqualTo(another);
        assertThat(isPut(Standing.of(another.modRevision(), LeaseId.NONE, another.value())))
                .isTrue();
        assertThat(stored().value()).isEqualTo(OURS);
    }

    @Test
    void whatStandsAsExpectedIsPutAndDeleted() {
        assertThat(isPut(Standing.NOTHING)).isTrue();
        KeyValue mine = stored();
        assertThat(isPut(Standing.NOTHING)).isFalse();

        assertThat(isPut(Standing.of(mine.modRevision(), lease, mine.value()))).isTrue();
        assertThat(isDeleted(Standing.of(mine.modRevision(), lease, OURS))).isFalse();
        assertThat(isDeleted(Standing.of(stored().modRevision(), lease, OURS))).isTrue();
        assertThat(client.kv().get(Get.key(KEY)).first()).isEmpty();
    }
}
