package dev.rollcall.bench;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.server.EmbeddedEtcd;

/** The main class of a fresh JVM that starts a server and a client, again and again, and says how long each took to answer. */
final class JvmStart {
    static final String FIGURE = "answered after ms ";
    static final int STARTS = 11;

    private JvmStart() {}

    public static void main(String[] args) {
        for (int i = 0; i < STARTS; i++) {
            long start = Time.nanos();
            try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                    EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
                client.kv().put("key", "value");
                var unused = client.kv().get("key").orElseThrow();
                System.out.println(FIGURE + 1e3 * Time.secondsSince(start));
            }
        }
    }
}
