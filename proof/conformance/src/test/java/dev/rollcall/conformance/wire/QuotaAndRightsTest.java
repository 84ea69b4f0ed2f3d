package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A put that is too large for the quota, of somebody who may not put: etcd looks at the quota first, and we at the rights. */
@Tag("contract")
class QuotaAndRightsTest {
    private static final String LARGE = "x".repeat(600_000);

    @Test
    void inEtcdNobodyRaisesTheAlarm() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16")
                        .withFlags("--quota-backend-bytes=500000")
                        .start();
                Wire wire = new Wire(etcd)) {
            Accounts accounts = new Accounts(wire.auth());
            accounts.enableWithRoot();
            Contract.refused(
                    Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded", () -> wire.put("a", LARGE));
            assertThat(alarms(wire, accounts)).isEqualTo(1);
        }
    }

    @Test
    void inTheEmbeddedServerNobodyRaisesNone() {
        try (TestEtcd etcd = EtcdSpec.embedded(builder -> builder.quotaBytes(500_000))
                        .start();
                Wire wire = new Wire(etcd)) {
            Accounts accounts = new Accounts(wire.auth());
            accounts.enableWithRoot();
            Contract.refused(Code.INVALID_ARGUMENT, "etcdserver: user name is empty", () -> wire.put("a", LARGE));
            assertThat(alarms(wire, accounts)).isZero();
        }
    }

    private static int alarms(Wire wire, Accounts accounts) {
        return Accounts.as(accounts.login("root"), wire.maintenance())
                .alarm(AlarmRequest.getDefaultInstance())
                .getAlarmsCount();
    }
}
