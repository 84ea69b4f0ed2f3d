package dev.rollcall.etcd.server.transport;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages {@code /health} and {@code /version}, for probes that speak plain HTTP. */
final class HttpPages {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
    private static final int MAX_BODY = 64 * 1024;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String VERSION =
            "{\"etcdserver\":\"" + MaintenanceService.VERSION + "\",\"etcdcluster\":\"3.5.0\"}";

    private final NioServerSocketChannel socket;
    private final Connections connections;

    private HttpPages(NioServerSocketChannel socket, Connections connections) {
        this.socket = socket;
        this.connections = connections;
    }

    static HttpPages start(
            InetSocketAddress address,
            EventLoopGroup threads,
            Connections connections,
            @Nullable ServerTls tls,
            Supplier<String> trouble)
            throws IOException {
        NioServerSocketChannel socket = connections.socket();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(threads)
                .channelFactory(() -> socket)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        if (tls != null) {
                            connection.pipeline().addLast(tls.http().newHandler(connection.alloc()));
                        }
                        connection
                                .pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY), new Pages(trouble));
                    }
                });
        Throwable failure = bootstrap.bind(address).awaitUninterruptibly().cause();
        if (failure != null) {
            throw new IOException(failure);
        }
        return new HttpPages(socket, connections);
    }

    int port() {
        return socket.localAddress().getPort();
    }

    void stop() {
        socket.close().awaitUninterruptibly(1000);
        connections.dropAll();
    }

    private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Supplier<String> trouble;

        Pages(Supplier<String> trouble) {
            this.trouble = trouble;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse response = answer(request);
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE")
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "accept, content-type, authorization")
                    .set(HttpHeaderNames.CONNECTION, "close")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("Connection to the HTTP pages failed", cause);
            var unused = context.close();
        }

        private FullHttpResponse answer(FullHttpRequest request) {
            String path = request.uri().split("\\?", 2)[0];
            if (request.method().equals(HttpMethod.OPTIONS)) {
                return page(HttpResponseStatus.OK, TEXT, "");
            }
            if (!path.equals("/health") && !path.equals("/version")) {
                return page(HttpResponseStatus.NOT_FOUND, TEXT, "404 page not found\n");
            }
            if (!request.method().equals(HttpMethod.GET)) {
                FullHttpResponse refused = page(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "Method Not Allowed\n");
                refused.headers().set(HttpHeaderNames.ALLOW, "GET");
                return refused;
            }
            return path.equals("/health") ? health() : page(HttpResponseStatus.OK, "application/json", VERSION);
        }

        private FullHttpResponse health() {
            String alarm = trouble.get();
            return alarm.isEmpty()
                    ? page(HttpResponseStatus.OK, TEXT, "{\"health\":\"true\",\"reason\":\"\"}")
                    : page(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            TEXT,
                            "{\"health\":\"false\",\"reason\":\"ALARM " + alarm + "\"}\n");
        }

        private static FullHttpResponse page(HttpResponseStatus status, String type, String body) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
            return response;
        }
    }
}
