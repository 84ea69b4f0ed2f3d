package dev.rollcall.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.testkit.EtcdExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client on its own, as its page shows it. */
class JustEtcdTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    @Test
    void aKeyADirectoryALeaseAndAWatch() {
        String endpoints = String.join(",", ETCD.etcd().endpoints());
        try (EtcdClient etcd = EtcdClient.connect(endpoints)) { // "http://10.0.0.1:2379,http://10.0.0.2:2379"
            etcd.kv().put("/test/a", "1");
            List<KeyValue> all = etcd.kv().ls("/test/");
            KeepAlive lease = etcd.leases().keepAlive(Duration.ofSeconds(5));
            etcd.kv().put("/test/me", "here", lease.lease());
            Watch watch = etcd.watches().watch("/test/", batch -> batch.events().forEach(System.out::println));

            assertThat(all).hasSize(1);
            assertThat(etcd.kv().get("/test/me").orElseThrow().lease()).isEqualTo(lease.lease());
            watch.close();
            etcd.leases().revoke(lease.lease());
        }
    }
}
