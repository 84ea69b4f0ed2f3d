package dev.rollcall.etcd;

import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.ClientTransportFilter;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Makes channels over the transport that gRPC finds on the class path. */
record GrpcTransport(Tls tls, Executor loop, Executor offload) implements Transport {

    private static final int MAX_INBOUND_BYTES = 256 << 20;
    private static final int PING_SECONDS = 10;
    private static final int PONG_SECONDS = 5;

    @Override
    public ManagedChannel channel(Endpoint endpoint, ChannelCredentials credentials) {
        FirstConnection first = new FirstConnection();
        ManagedChannel channel = Grpc.newChannelBuilder(endpoint.target(), credentials)
                .executor(loop)
                .offloadExecutor(offload)
                .userAgent("rollcall-etcd")
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false)
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .disableServiceConfigLookUp()
                .addTransportFilter(first)
                .build();
        first.over = channel::shutdownNow;
        return channel;
    }

    @Override
    public ChannelCredentials credentials(Consumer<Path> reading) {
        return TlsFiles.read(tls, reading);
    }

    /**
     * Ends a channel that connects a second time, before any call goes over that connection: its files were not read anew, and nobody asked which cluster
     * answers there. Calls that waited for it fail without having been sent.
     */
    private static final class FirstConnection extends ClientTransportFilter {

        private final AtomicBoolean had = new AtomicBoolean();
        private volatile Runnable over = () -> {};

        @Override
        public Attributes transportReady(Attributes attributes) {
            if (had.getAndSet(true)) {
                over.run();
            }
            return attributes;
        }
    }
}
