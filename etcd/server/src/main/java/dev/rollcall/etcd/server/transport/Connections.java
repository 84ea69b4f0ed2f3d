package dev.rollcall.etcd.server.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections that one listening socket has accepted. gRPC can only end its streams one by one; etcd, when it stops, drops the
 * connections, and so clients see UNAVAILABLE rather than CANCELLED.
 */
final class Connections extends ChannelInboundHandlerAdapter {
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final LongSupplier time;
    private volatile boolean dropping;

    /** None yet; the time is monotonic, in nanoseconds. */
    Connections(LongSupplier time) {
        this.time = time;
    }

    /** A socket that tells us what it accepts. */
    NioServerSocketChannel socket() {
        NioServerSocketChannel socket = new NioServerSocketChannel();
        socket.pipeline().addLast(this);
        return socket;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        if (dropping) {
            connection.unsafe().closeForcibly();
            return;
        }
        open.add(connection);
        var unused = connection.closeFuture().addListener(done -> open.remove(connection));
        context.fireChannelRead(message);
    }

    int count() {
        return open.size();
    }

    /** Drops every connection, those that are still to come included, without a word of HTTP/2; waits for it a second at most. */
    void dropAll() {
        dropping = true;
        for (Channel connection : open) {
            connection.eventLoop().execute(() -> connection.unsafe().close(connection.voidPromise()));
        }
        long end = time.getAsLong() + TimeUnit.SECONDS.toNanos(1);
        for (Channel connection : open) {
            connection.closeFuture().awaitUninterruptibly(end - time.getAsLong(), TimeUnit.NANOSECONDS);
        }
    }
}
