import com.google.protobuf.ByteString;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Generated stubs with nothing around them: the floor that the store sets. No retry, no proof of anything, Rollcall's format of values. */
public final class StubsPeer implements Peer {

    private static final Keyspace FORMAT = Keyspace.standard();
    private static final int TOGETHER = 128;
    private static final int UNDER_WAY = 512;

    private final String store;
    private final ManagedChannel registering;
    private final ManagedChannel looking;
    private final long lease;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    public StubsPeer(String store) {
        this.store = store;
        this.registering = channel();
        this.looking = channel();
        this.lease = LeaseGrpc.newBlockingStub(registering)
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(3).build())
                .getID();
        StreamObserver<LeaseKeepAliveRequest> renewals =
                LeaseGrpc.newStub(registering).leaseKeepAlive(new Answers<LeaseKeepAliveResponse>(answer -> {}));
        clock.scheduleAtFixedRate(
                () -> renewals.onNext(
                        LeaseKeepAliveRequest.newBuilder().setID(lease).build()),
                1,
                1,
                TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        return Grpc.newChannelBuilder(store.replace("http://", ""), InsecureChannelCredentials.create())
                .maxInboundMessageSize(256 << 20)
                .build();
    }

    private PutRequest put(String service, int number) {
        Instance instance = Instance.of(service, Entries.id(number));
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFrom(FORMAT.key(instance.identity()).toByteArray()))
                .setValue(ByteString.copyFrom(FORMAT.encode(instance).toByteArray()))
                .setLease(lease)
                .build();
    }

    @Override
    public List<String> ways() {
        return List.of("one call each", "transactions of 128");
    }

    @Override
    public void register(String service, int number) {
        KVGrpc.newStub(registering).put(put(service, number), new Answers<PutResponse>(answer -> {}));
    }

    @Override
    public void registerMany(String service, int count, String way) throws InterruptedException {
        Semaphore room = new Semaphore(UNDER_WAY);
        KVGrpc.KVStub kv = KVGrpc.newStub(registering);
        if (way.equals("one call each")) {
            for (int i = 0; i < count; i++) {
                room.acquire();
                kv.put(put(service, i), new Answers<PutResponse>(answer -> room.release()));
            }
            return;
        }
        for (int i = 0; i < count; i += TOGETHER) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int j = i; j < Math.min(count, i + TOGETHER); j++) {
                txn.addSuccess(RequestOp.newBuilder().setRequestPut(put(service, j)));
            }
            room.acquire();
            kv.txn(txn.build(), new Answers<TxnResponse>(answer -> room.release()));
        }
    }

    @Override
    public Looker look(String service, Runnable changed) throws InterruptedException {
        Followed followed = new Followed(looking, service, changed);
        followed.begin();
        return followed;
    }

    @Override
    public Looker cold(String service) throws InterruptedException {
        Followed followed = new Followed(channel(), service, () -> {}) {
            @Override
            public void close() {
                channel.shutdownNow();
            }
        };
        followed.begin();
        return followed;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        registering.shutdownNow();
        looking.shutdownNow();
    }

    private static class Followed implements Looker {
        final ManagedChannel channel;
        private final Runnable changed;
        private final ByteString prefix;
        private final ByteString end;
        private final Map<Bytes, Instance> instances = new ConcurrentHashMap<>();
        private final CountDownLatch created = new CountDownLatch(1);

        Followed(ManagedChannel channel, String service, Runnable changed) {
            this.channel = channel;
            this.changed = changed;
            this.prefix = ByteString.copyFromUtf8(Entries.prefix(service));
            this.end = ByteString.copyFromUtf8(Entries.end(service));
        }

        void begin() throws InterruptedException {
            RangeResponse all = KVGrpc.newBlockingStub(channel)
                    .range(RangeRequest.newBuilder().setKey(prefix).setRangeEnd(end).build());
            all.getKvsList().forEach(this::take);
            WatchGrpc.newStub(channel)
                    .watch(new Answers<WatchResponse>(answer -> {
                        if (answer.getCreated()) {
                            created.countDown();
                        }
                        for (Event event : answer.getEventsList()) {
                            if (event.getType() == Event.EventType.PUT) {
                                take(event.getKv());
                            } else {
                                instances.remove(Bytes.of(event.getKv().getKey().toByteArray()));
                            }
                        }
                        changed.run();
                    }))
                    .onNext(WatchRequest.newBuilder()
                            .setCreateRequest(WatchCreateRequest.newBuilder()
                                    .setKey(prefix)
                                    .setRangeEnd(end)
                                    .setStartRevision(all.getHeader().getRevision() + 1))
                            .build());
            created.await();
        }

        private void take(KeyValue kv) {
            Bytes key = Bytes.of(kv.getKey().toByteArray());
            Decoded decoded = FORMAT.decode(key, Bytes.of(kv.getValue().toByteArray()));
            if (decoded instanceof Decoded.Readable readable) {
                instances.put(key, readable.instance());
            }
        }

        @Override
        public int size() {
            return instances.size();
        }

        @Override
        public void close() {}
    }

    private static final class Answers<A> implements StreamObserver<A> {
        private final java.util.function.Consumer<A> taker;

        Answers(java.util.function.Consumer<A> taker) {
            this.taker = taker;
        }

        @Override
        public void onNext(A answer) {
            taker.accept(answer);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
