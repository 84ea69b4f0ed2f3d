import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.etcd.testkit.EtcdExtension;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a user of jetcd has after the change of etcd/testkit/JETCD.md. */
class JetcdTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @Test
    void keysLeasesAndWatches() throws Exception {
        ByteSequence key = ByteSequence.from("key", UTF_8);
        ByteSequence value = ByteSequence.from("value", UTF_8);
        try (Client client = Client.builder().endpoints(etcd.endpoints().toArray(String[]::new)).build()) {
            CountDownLatch seen = new CountDownLatch(1);
            // From the first revision on: jetcd does not say when a watch from now on begins.
            WatchOption fromTheFirst = WatchOption.builder().withRevision(1).build();
            client.getWatchClient().watch(key, fromTheFirst, answer -> seen.countDown());
            long lease = client.getLeaseClient().grant(5).get(10, TimeUnit.SECONDS).getID();
            client.getKVClient()
                    .put(key, value, PutOption.builder().withLeaseId(lease).build())
                    .get(10, TimeUnit.SECONDS);
            assertTrue(seen.await(10, TimeUnit.SECONDS), "the put is seen");
            assertEquals(value, client.getKVClient().get(key).get(10, TimeUnit.SECONDS).getKvs().get(0).getValue());
            client.getLeaseClient().revoke(lease).get(10, TimeUnit.SECONDS);
            assertEquals(0, client.getKVClient().get(key).get(10, TimeUnit.SECONDS).getCount());
        }
    }
}
