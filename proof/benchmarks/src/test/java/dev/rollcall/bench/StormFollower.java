package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The main class of a process that follows a storm: {@code URL stubs|LISTENERS}. Says when it is ready; between {@code begin} and {@code end} it counts. */
final class StormFollower {

    private static final int MOST_LAGS = 2_000_000;
    private static final ByteString MARK = ByteString.copyFromUtf8("\"" + StormCost.AT + "\":\"");

    private final long[] lags = new long[MOST_LAGS];
    private final AtomicInteger told = new AtomicInteger();

    private StormFollower() {}

    public static void main(String[] args) throws IOException {
        StormFollower follower = new StormFollower();
        if (args[1].equals("stubs")) {
            follower.byStubs(args[0]);
        } else {
            follower.byView(args[0], Integer.parseInt(args[1]));
        }
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        orders.readLine();
        follower.told.set(0);
        double cpu = cpu();
        double allocated = allocated();
        System.out.println("begun");
        orders.readLine();
        follower.say(cpu() - cpu, (allocated() - allocated) / 1e6);
        System.exit(0);
    }

    private void say(double cpu, double megabytes) {
        int count = told.get();
        long[] sorted = Arrays.copyOf(lags, Math.min(count, MOST_LAGS));
        Arrays.sort(sorted);
        System.out.println(String.format(
                Locale.ROOT,
                "%d\t%.1f\t%.1f\t%.0f\t%.1f",
                count,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                cpu,
                megabytes));
    }

    private void told(long writtenAt) {
        int place = told.getAndIncrement();
        if (place < MOST_LAGS) {
            lags[place] = Time.nanos() - writtenAt;
        }
    }

    private void byView(String url, int listeners) {
        Rollcall rollcall = Rollcall.connect(url);
        for (int i = 0; i < listeners; i++) {
            boolean counts = i == 0;
            ServiceView view = rollcall.discover(StormCost.SERVICE, new SnapshotListener() {
                @Override
                public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                    String at = after.instance().metadata().get(StormCost.AT);
                    if (counts && at != null) {
                        told(Long.parseLong(at));
                    }
                }
            });
            view.awaitInstances(StormCost.INSTANCES, Duration.ofMinutes(1));
        }
    }

    private void byStubs(String url) {
        ManagedChannel channel = Grpc.newChannelBuilder(url.replace("http://", ""), InsecureChannelCredentials.create())
                .build();
        ByteString prefix = ByteString.copyFromUtf8("services/" + StormCost.SERVICE + "/");
        ByteString end = ByteString.copyFromUtf8("services/" + StormCost.SERVICE + "0");
        WatchGrpc.newStub(channel)
                .watch(new StreamObserver<WatchResponse>() {
                    @Override
                    public void onNext(WatchResponse answer) {
                        for (Event event : answer.getEventsList()) {
                            told(writtenAt(event.getKv().getValue()));
                        }
                    }

                    @Override
                    public void onError(Throwable error) {
                        System.err.println("the watch ended: " + error);
                    }

                    @Override
                    public void onCompleted() {}
                })
                .onNext(WatchRequest.newBuilder()
                        .setCreateRequest(
                                WatchCreateRequest.newBuilder().setKey(prefix).setRangeEnd(end))
                        .build());
    }

    private static long writtenAt(ByteString value) {
        String text = value.toStringUtf8();
        int from = text.indexOf(MARK.toStringUtf8()) + MARK.size();
        return Long.parseLong(text.substring(from, text.indexOf('"', from)));
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e6;
    }

    private static double allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
