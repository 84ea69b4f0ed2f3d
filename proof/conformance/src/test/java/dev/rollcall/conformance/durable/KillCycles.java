package dev.rollcall.conformance.durable;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseStatus;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Kills {@code rollcall serve --data-dir} by SIGKILL under the load of several connections, again and again on one directory, and holds
 * what it finds at each start against what was acknowledged, and what a watcher was told.
 */
public final class KillCycles {
    private static final int WRITERS = 8;
    private static final int MOST_IN_A_CYCLE = 2000;
    private static final long LONGEST_CYCLE = TimeUnit.SECONDS.toNanos(5);

    private final Path directory;
    private final Random random;
    private final List<Writer> writers;
    private final Story story = new Story();
    private long cluster;
    private long revision = 1;

    private KillCycles(Path directory, long seed) {
        this.directory = directory;
        this.random = new Random(seed);
        this.writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> new Writer(number, seed))
                .toList();
    }

    /** {@code --cycles N [--seed S]}: exits with 1 when anything was lost or invented. */
    public static void main(String[] args) throws IOException {
        long cycles = 100;
        long seed = 1;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--cycles" -> cycles = Long.parseLong(args[i + 1]);
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                default -> throw new IllegalArgumentException("there is no " + args[i]);
            }
        }
        Path directory = Files.createTempDirectory("rollcall-crash-store-");
        System.out.println(run(directory, cycles, seed));
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Runs, and tells how much was written; throws where something is wrong, and leaves the directory to be looked at. */
    static String run(Path directory, long cycles, long seed) {
        KillCycles run = new KillCycles(directory, seed);
        for (long cycle = 1; cycle <= cycles; cycle++) {
            try {
                run.cycle();
            } catch (RuntimeException e) {
                throw new IllegalStateException("cycle " + cycle + " of seed " + seed + " in " + directory, e);
            }
            if (cycle % 100 == 0) {
                System.out.println("cycle " + cycle + ": " + run.summary());
            }
        }
        try (ServeProcess server = ServeProcess.start(directory)) {
            run.judge(server.port());
        }
        return cycles + " kills, " + run.summary() + ": nothing lost, nothing invented";
    }

    /** So many requests, or what can be done in some seconds. */
    private void awaitAcknowledged(long count) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_CYCLE;
        while (acknowledged() < count && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private long acknowledged() {
        return writers.stream().mapToLong(Writer::acknowledged).sum();
    }

    private String summary() {
        return acknowledged() + " requests acknowledged, " + story.events() + " events watched, revision " + revision;
    }

    private void cycle() {
        try (ServeProcess server = ServeProcess.start(directory)) {
            judge(server.port());
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (Writer writer : writers) {
                Thread thread = new Thread(() -> writer.run(server.port()), "rollcall-test-writer");
                thread.setUncaughtExceptionHandler((dead, failure) -> {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            awaitAcknowledged(acknowledged() + random.nextInt(MOST_IN_A_CYCLE));
            server.kill();
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
            synchronized (failures) {
                if (!failures.isEmpty()) {
                    throw new IllegalStateException(failures.get(0));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            story.stop();
        }
    }

    private void judge(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        try {
            RangeResponse all = KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .range(RangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("writer-"))
                            .setRangeEnd(ByteString.copyFromUtf8("writer."))
                            .build());
            Set<Long> leases = LeaseGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                    .getLeasesList()
                    .stream()
                    .map(LeaseStatus::getID)
                    .collect(Collectors.toSet());
            requireSameStore(all);
            story.watch(port);
            for (Writer writer : writers) {
                Map<String, String> values = new TreeMap<>();
                Map<String, Long> revisions = new TreeMap<>();
                for (KeyValue kv : all.getKvsList()) {
                    String key = kv.getKey().toStringUtf8();
                    if (key.startsWith(writer.prefix())) {
                        values.put(key, kv.getValue().toStringUtf8());
                        revisions.put(key, kv.getModRevision());
                    }
                }
                require(writer.judge(values, revisions, leases));
                require(story.judge(writer, revision));
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private void requireSameStore(RangeResponse found) {
        long told = Math.max(
                story.seen(), writers.stream().mapToLong(Writer::highest).max().orElse(1));
        if (found.getHeader().getRevision() < Math.max(told, revision)) {
            throw new IllegalStateException("revision " + found.getHeader().getRevision() + " after " + told);
        }
        if (cluster != 0 && cluster != found.getHeader().getClusterId()) {
            throw new IllegalStateException("another cluster");
        }
        cluster = found.getHeader().getClusterId();
        revision = found.getHeader().getRevision();
    }

    private static void require(@Nullable String wrong) {
        if (wrong != null) {
            throw new IllegalStateException(wrong);
        }
    }
}
