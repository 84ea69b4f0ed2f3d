package dev.rollcall.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Makes channels over the transport that gRPC finds on the class path. */
record GrpcTransport(Tls tls, Executor loop, Executor offload) implements Transport {

    private static final int MAX_INBOUND_BYTES = 256 << 20;
    private static final int PING_SECONDS = 10;
    private static final int PONG_SECONDS = 5;

    @Override
    public ManagedChannel channel(Endpoint endpoint) {
        return Grpc.newChannelBuilder(endpoint.target(), credentials(endpoint))
                .executor(loop)
                .offloadExecutor(offload)
                .userAgent("rollcall-etcd")
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false)
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .disableServiceConfigLookUp()
                .build();
    }

    private ChannelCredentials credentials(Endpoint endpoint) {
        return endpoint.secure() ? TlsFiles.read(tls) : InsecureChannelCredentials.create();
    }
}
