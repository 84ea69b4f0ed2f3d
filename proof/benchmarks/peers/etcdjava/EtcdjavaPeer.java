import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.ibm.etcd.client.EtcdClient;
import com.ibm.etcd.client.kv.KvClient;
import com.ibm.etcd.client.kv.KvClient.FluentTxnOps;
import com.ibm.etcd.client.lease.PersistentLease;
import com.ibm.etcd.client.utils.RangeCache;
import com.ibm.etcd.client.utils.RangeCache.Listener.EventType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** IBM's etcd-java: its lease that lasts, puts under it, and its cache of a range, which lists and watches. */
public final class EtcdjavaPeer implements Peer {

    private static final int TOGETHER = 128;
    private static final long PATIENCE_SECONDS = 60;

    private final String[] address;
    private final EtcdClient registering;
    private final EtcdClient looking;
    private final PersistentLease lease;

    public EtcdjavaPeer(String store) throws Exception {
        this.address = store.replace("http://", "").split(":");
        this.registering = client();
        this.looking = client();
        this.lease = registering.getLeaseClient().maintain().minTtl(3).keepAliveFreq(4).start();
        lease.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private EtcdClient client() {
        return EtcdClient.forEndpoint(address[0], Integer.parseInt(address[1]))
                .withPlainText()
                .build();
    }

    private static ByteString b(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private KvClient.FluentPutRequest put(String service, int number) {
        return registering
                .getKvClient()
                .put(b(Entries.key(service, number)), b(Entries.value(number)), lease.getLeaseId());
    }

    @Override
    public List<String> ways() {
        return List.of("one call each", "one future each", "transactions of 128");
    }

    @Override
    public void register(String service, int number) {
        put(service, number).async();
    }

    @Override
    public void registerMany(String service, int count, String way) throws Exception {
        List<ListenableFuture<?>> all = new ArrayList<>();
        switch (way) {
            case "one call each" -> {
                for (int i = 0; i < count; i++) {
                    put(service, i).sync();
                }
            }
            case "one future each" -> {
                for (int i = 0; i < count; i++) {
                    all.add(put(service, i).async());
                }
            }
            default -> {
                for (int i = 0; i < count; i += TOGETHER) {
                    FluentTxnOps<?> batch = registering.getKvClient().batch();
                    for (int j = i; j < Math.min(count, i + TOGETHER); j++) {
                        batch.put(put(service, j).asRequest());
                    }
                    all.add(batch.async());
                }
            }
        }
        Futures.allAsList(all).get();
    }

    @Override
    public Looker look(String service, Runnable changed) throws Exception {
        return follow(looking, service, changed, () -> {});
    }

    @Override
    public Looker cold(String service) throws Exception {
        EtcdClient fresh = client();
        return follow(fresh, service, () -> {}, fresh::close);
    }

    private static Looker follow(EtcdClient client, String service, Runnable changed, Runnable end) throws Exception {
        Entries entries = new Entries();
        RangeCache cache = new RangeCache(client, b(Entries.prefix(service)), false);
        cache.addListener((type, kv) -> {
            if (type == EventType.UPDATED) {
                entries.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8());
            } else if (type == EventType.DELETED) {
                entries.remove(kv.getKey().toStringUtf8());
            }
            changed.run();
        });
        cache.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Looker() {
            @Override
            public int size() {
                return entries.size();
            }

            @Override
            public void close() {
                cache.close();
                end.run();
            }
        };
    }

    @Override
    public void close() throws IOException {
        lease.close();
        registering.close();
        looking.close();
    }
}
