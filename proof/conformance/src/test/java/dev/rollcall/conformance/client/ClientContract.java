package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.Kv;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Leases;
import dev.rollcall.etcd.Watches;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A part of the client's contract: a client of its own for each test, and short words. */
abstract class ClientContract {

    private final List<LeaseId> granted = new ArrayList<>();
    private @Nullable TestEtcd etcd;
    private @Nullable EtcdClient client;

    @BeforeEach
    void connect(TestEtcd store) {
        etcd = store;
        client = EtcdClient.connect(store.endpoints().get(0));
    }

    /** Leaves the store without leases of the test, so that what the leak check finds was left by the client. */
    @AfterEach
    void disconnect() {
        etcd().resume();
        etcd().start();
        granted.stream().filter(id -> leases().timeToLive(id).alive()).forEach(this::revoke);
        client().close();
    }

    private void revoke(LeaseId lease) {
        try {
            leases().revoke(lease);
        } catch (EtcdException e) {
            // It ran out in between.
            assertThat(e.code()).isEqualTo(EtcdError.LEASE_NOT_FOUND);
        }
    }

    TestEtcd etcd() {
        return Objects.requireNonNull(etcd, "no test is running");
    }

    EtcdClient client() {
        return Objects.requireNonNull(client, "no test is running");
    }

    Kv kv() {
        return client().kv();
    }

    Leases leases() {
        return client().leases();
    }

    Watches watches() {
        return client().watches();
    }

    String endpoint() {
        return etcd().endpoints().get(0);
    }

    /** Settings for one more client of the store. */
    EtcdClientBuilder another() {
        return EtcdClient.builder(endpoint());
    }

    /** A lease that is revoked after the test. */
    LeaseGrant grant(int seconds) {
        LeaseGrant grant = leases().grant(Duration.ofSeconds(seconds));
        granted.add(grant.id());
        return grant;
    }

    /** Puts a key and tells its revision. */
    long put(String key, String value) {
        return kv().put(key, value).header().revision();
    }

    long revision() {
        return kv().get(Get.key("/any")).header().revision();
    }

    static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    static List<String> keys(GetResult result) {
        return result.kvs().stream().map(kv -> kv.key().utf8()).toList();
    }

    static EtcdException fails(EtcdError code, ThrowingCallable call) {
        EtcdException failure = catchThrowableOfType(EtcdException.class, call);
        assertThat(failure).as("fails with %s", code).isNotNull();
        assertThat(failure.code()).as("%s", failure).isEqualTo(code);
        return failure;
    }

    static Duration timed(Runnable what) {
        long before = System.nanoTime();
        what.run();
        return Duration.ofNanos(System.nanoTime() - before);
    }
}
