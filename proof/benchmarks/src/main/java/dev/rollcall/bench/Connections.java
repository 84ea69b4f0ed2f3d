package dev.rollcall.bench;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Connections of the one client: plain channels, whose answers are taken on their I/O threads. */
final class Connections implements AutoCloseable {
    /** How many connections many workers share. */
    static final int MANY = 8;

    private static final int LARGEST_ANSWER = 256 << 20;
    private static final int END_SECONDS = 10;

    private final List<ManagedChannel> channels;

    private Connections(List<ManagedChannel> channels) {
        this.channels = channels;
    }

    static Connections open(int port, int count) {
        return new Connections(Stream.generate(() -> channel(port)).limit(count).toList());
    }

    /** The connection that a worker uses. */
    Channel of(int worker) {
        return channels.get(worker % channels.size());
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            try {
                if (!channel.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("a connection does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(LARGEST_ANSWER)
                .build();
    }
}
