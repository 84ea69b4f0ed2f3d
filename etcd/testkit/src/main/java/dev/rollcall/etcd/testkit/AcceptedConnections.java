package dev.rollcall.etcd.testkit;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The connections that a server accepted. gRPC itself ends connections only in good order; a test must also break them. */
@Sharable
final class AcceptedConnections extends ChannelInboundHandlerAdapter {

    private final List<Channel> accepted = new CopyOnWriteArrayList<>();

    /** A listening channel that reports here. */
    ServerChannel newServerChannel() {
        NioServerSocketChannel channel = new NioServerSocketChannel();
        channel.pipeline().addFirst(this);
        return channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        accepted.add((Channel) message);
        context.fireChannelRead(message);
    }

    int count() {
        return accepted.size();
    }

    /** Closes the socket of every one of them, past the handlers of HTTP/2, which would say goodbye first. */
    void breakAll() {
        for (Channel channel : accepted) {
            ChannelHandlerContext nextToTheSocket = channel.pipeline().firstContext();
            if (nextToTheSocket != null) {
                var unused = nextToTheSocket.close();
            }
        }
    }
}
