package dev.rollcall.conformance.durable;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Durable puts per second of {@code rollcall serve --data-dir} and of etcd 3.5.16, in turns on one disk with one client: so many writers on
 * up to eight connections, each sending its next put when the last one is answered. Keys of 8 to 12 bytes, values of 256.
 */
public final class DurablePuts {
    private static final int CONNECTIONS = 8;
    private static final int KEYS = 10_000;
    private static final int[] WRITERS = {1, 64, 256};
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong keys = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
    private volatile boolean measuring;
    private volatile boolean stopped;

    private DurablePuts(int port, int writers) {
        for (int i = 0; i < Math.min(writers, CONNECTIONS); i++) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build());
        }
    }

    /** {@code [ROUNDS [SECONDS]]}: so many rounds, and so long for each number of writers in each. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Map<String, List<Measured>> all = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            Path directory = Files.createTempDirectory("rollcall-durable-puts-");
            try (ServeProcess server = ServeProcess.start(directory)) {
                measure("rollcall", server.port(), seconds, all);
            }
            delete(directory);
            try (TestEtcd etcd = EtcdSpec.real("3.5.16").start()) {
                etcd.start();
                int port = URI.create(etcd.endpoints().get(0)).getPort();
                measure("etcd 3.5.16", port, seconds, all);
            }
        }
        System.out.printf("%-12s %8s %26s %10s %10s%n", "", "writers", "puts/s (median, each)", "p50 ms", "p99 ms");
        all.forEach((what, measured) -> System.out.println(row(what, measured)));
    }

    /** After a run of all writers that does not count: both have to warm up. */
    private static void measure(String what, int port, int seconds, Map<String, List<Measured>> all)
            throws InterruptedException {
        var unused = new DurablePuts(port, 256).run(256, 15);
        for (int writers : WRITERS) {
            Measured measured = new DurablePuts(port, writers).run(writers, seconds);
            all.computeIfAbsent("%-12s %8d".formatted(what, writers), absent -> new ArrayList<>())
                    .add(measured);
        }
    }

    private Measured run(int writers, int seconds) throws InterruptedException {
        for (int i = 0; i < writers; i++) {
            put(KVGrpc.newStub(channels.get(i % channels.size())));
        }
        TimeUnit.SECONDS.sleep(1);
        long before = answered.get();
        long start = System.nanoTime();
        measuring = true;
        TimeUnit.SECONDS.sleep(seconds);
        double rate = (answered.get() - before) * 1e9 / (System.nanoTime() - start);
        stopped = true;
        for (ManagedChannel channel : channels) {
            channel.shutdown();
            if (!channel.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a put was not answered");
            }
        }
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Measured(rate, sorted[sorted.length / 2] / 1e6, sorted[sorted.length * 99 / 100] / 1e6);
    }

    private void put(KVGrpc.KVStub stub) {
        long start = System.nanoTime();
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("key-" + keys.getAndIncrement() % KEYS))
                .setValue(VALUE)
                .build();
        stub.put(request, new StreamObserver<>() {
            @Override
            public void onNext(PutResponse response) {
                answered.incrementAndGet();
                if (measuring) {
                    times.add(System.nanoTime() - start);
                }
            }

            @Override
            public void onError(Throwable cause) {
                throw new IllegalStateException("a put failed", cause);
            }

            @Override
            public void onCompleted() {
                if (!stopped) {
                    put(stub);
                }
            }
        });
    }

    private static String row(String what, List<Measured> measured) {
        double[] rates = measured.stream().mapToDouble(Measured::rate).sorted().toArray();
        String each = Arrays.stream(rates).mapToObj("%.0f"::formatted).toList().toString();
        return "%s %8.0f %17s %10.2f %10.2f"
                .formatted(
                        what,
                        rates[rates.length / 2],
                        each,
                        measured.stream().mapToDouble(Measured::p50).min().orElse(0),
                        measured.stream().mapToDouble(Measured::p99).min().orElse(0));
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private record Measured(double rate, double p50, double p99) {}
}
