import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** jetcd, as its users write it: a lease with its keep-alive, puts under it, and a get followed by a watch from the next revision. */
public final class JetcdPeer implements Peer {

    private static final int TOGETHER = 128;

    private final String store;
    private final Client registering;
    private final Client looking;
    private final PutOption leased;

    public JetcdPeer(String store) throws Exception {
        this.store = store;
        this.registering = Client.builder().endpoints(store).build();
        this.looking = Client.builder().endpoints(store).build();
        // With 3 s, which the others have, it was lost once while ten thousand were written one by one.
        long lease = registering.getLeaseClient().grant(10).get().getID();
        registering.getLeaseClient().keepAlive(lease, new StreamObserver<LeaseKeepAliveResponse>() {
            @Override
            public void onNext(LeaseKeepAliveResponse answer) {}

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        });
        this.leased = PutOption.builder().withLeaseId(lease).build();
    }

    private static ByteSequence b(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private CompletableFuture<?> put(String service, int number) {
        return registering.getKVClient().put(b(Entries.key(service, number)), b(Entries.value(number)), leased);
    }

    @Override
    public List<String> ways() {
        return List.of("one call each", "one future each", "transactions of 128");
    }

    @Override
    public void register(String service, int number) {
        put(service, number);
    }

    @Override
    public void registerMany(String service, int count, String way) throws Exception {
        List<CompletableFuture<?>> all = new ArrayList<>();
        switch (way) {
            case "one call each" -> {
                for (int i = 0; i < count; i++) {
                    put(service, i).get();
                }
            }
            case "one future each" -> {
                for (int i = 0; i < count; i++) {
                    all.add(put(service, i));
                }
            }
            default -> {
                for (int i = 0; i < count; i += TOGETHER) {
                    List<Op> puts = new ArrayList<>();
                    for (int j = i; j < Math.min(count, i + TOGETHER); j++) {
                        puts.add(Op.put(b(Entries.key(service, j)), b(Entries.value(j)), leased));
                    }
                    Txn txn = registering.getKVClient().txn();
                    all.add(txn.Then(puts.toArray(Op[]::new)).commit());
                }
            }
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
    }

    @Override
    public Looker look(String service, Runnable changed) throws Exception {
        return follow(looking, service, changed, () -> {});
    }

    @Override
    public Looker cold(String service) throws Exception {
        Client fresh = Client.builder().endpoints(store).build();
        return follow(fresh, service, () -> {}, fresh::close);
    }

    private static Looker follow(Client client, String service, Runnable changed, Runnable end) throws Exception {
        Entries entries = new Entries();
        ByteSequence prefix = b(Entries.prefix(service));
        GetResponse all = client.getKVClient()
                .get(prefix, GetOption.builder().isPrefix(true).build())
                .get();
        for (KeyValue kv : all.getKvs()) {
            entries.put(kv.getKey().toString(), kv.getValue().toString());
        }
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(all.getHeader().getRevision() + 1)
                .build();
        Watch.Watcher watcher = client.getWatchClient().watch(prefix, option, answer -> {
            for (WatchEvent event : answer.getEvents()) {
                String key = event.getKeyValue().getKey().toString();
                if (event.getEventType() == WatchEvent.EventType.PUT) {
                    entries.put(key, event.getKeyValue().getValue().toString());
                } else {
                    entries.remove(key);
                }
            }
            changed.run();
        });
        return new Looker() {
            @Override
            public int size() {
                return entries.size();
            }

            @Override
            public void close() {
                watcher.close();
                end.run();
            }
        };
    }

    @Override
    public void close() {
        registering.close();
        looking.close();
    }
}
