import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Consumers as light as can be: a connection and one watch each, answers taken on I/O threads, and nothing decoded but the time. So what a thousand cost etcd. */
public final class StubsCrowd implements Crowd {

    private static final String MARK = "\"at\":\"";

    private final String store;
    private final ManagedChannel owner;
    private final List<ManagedChannel> consumers = new ArrayList<>();

    public StubsCrowd(String store) {
        this.store = store;
        this.owner = channel();
    }

    private ManagedChannel channel() {
        return Grpc.newChannelBuilder(store.replace("http://", ""), InsecureChannelCredentials.create())
                .directExecutor()
                .build();
    }

    @Override
    public void register(int instances) {
        for (int i = 0; i < instances; i++) {
            change(i, 0);
        }
    }

    /** As long as what Rollcall writes. */
    @Override
    public void change(int instance, long at) {
        String value = "{\"Op\":0,\"Addr\":\"" + Entries.id(instance) + "\",\"Metadata\":null,\"Rollcall\":{\"v\":1,\"status\":\"up\","
                + "\"incarnation\":\"0123456789abcdef\",\"meta\":{" + MARK + at + "\"}}}";
        KVGrpc.newBlockingStub(owner)
                .put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(Entries.key("user", instance)))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build());
    }

    @Override
    public void consume(int instances, LongConsumer told) throws InterruptedException {
        ManagedChannel channel = channel();
        consumers.add(channel);
        CountDownLatch created = new CountDownLatch(1);
        WatchGrpc.newStub(channel)
                .watch(new StreamObserver<WatchResponse>() {
                    @Override
                    public void onNext(WatchResponse answer) {
                        created.countDown();
                        for (Event event : answer.getEventsList()) {
                            told.accept(writtenAt(event.getKv().getValue().toStringUtf8()));
                        }
                    }

                    @Override
                    public void onError(Throwable error) {
                        if (!channel.isShutdown()) {
                            System.err.println("a watch ended: " + error);
                        }
                    }

                    @Override
                    public void onCompleted() {}
                })
                .onNext(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(Entries.prefix("user")))
                                .setRangeEnd(ByteString.copyFromUtf8(Entries.end("user"))))
                        .build());
        if (!created.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a watch was not taken on");
        }
    }

    private static long writtenAt(String value) {
        int from = value.indexOf(MARK) + MARK.length();
        return Long.parseLong(value.substring(from, value.indexOf('"', from)));
    }

    @Override
    public void close() {
        consumers.forEach(ManagedChannel::shutdownNow);
        owner.shutdownNow();
    }
}
