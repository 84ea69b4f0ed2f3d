package dev.rollcall.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import org.junit.jupiter.api.Test;

/** An etcd in the JVM, as the server's page shows it. */
class OwnEtcdTest {

    @Test
    void anEtcdIsOneLineAway() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start()) { // a free port on 127.0.0.1
            String endpoint = etcd.endpoint(); // http://127.0.0.1:PORT
            try (EtcdClient client = EtcdClient.connect(endpoint)) {
                assertThat(client.kv().put("/a", "1").header().revision()).isEqualTo(2);
            }
        }
    }
}
