package dev.rollcall.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of a user who wants an etcd to hurt. */
class SurvivesRestartTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded(); // or real("3.5.16"), or cluster("3.5.16", 3)

    @Test
    void aKeySurvivesARestart() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new))) {
            client.kv().put("/a", "1");
            etcd.etcd().kill(); // of a real one: kill -9
            etcd.etcd().start(); // same data, same address
            assertThat(client.kv().get("/a")).isPresent();
        }
    }
}
