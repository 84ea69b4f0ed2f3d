package dev.rollcall.etcd.server.transport;

import com.google.protobuf.Message;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What plain HTTP gets: {@code /health}, {@code /livez}, {@code /readyz}, {@code /version}, {@code /metrics}, and the JSON gateway. */
final class HttpPages {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
    private static final String VERSION =
            "{\"etcdserver\":\"" + MaintenanceService.VERSION + "\",\"etcdcluster\":\"3.5.0\"}";
    /** A request that has not come whole by then does not come any more. */
    static final long PATIENCE_SECONDS = 30;

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final NioServerSocketChannel socket;
    private final Connections connections;

    private HttpPages(NioServerSocketChannel socket, Connections connections) {
        this.socket = socket;
        this.connections = connections;
    }

    /**
     * What the pages show.
     *
     * @param alarms the kinds of alarms that make the server unfit
     * @param metrics the text of {@code /metrics}
     * @param gateway the calls of {@code /v3/}
     * @param maxBody the largest request, in bytes
     */
    record Content(
            Supplier<List<String>> alarms, Supplier<CompletionStage<String>> metrics, Gateway gateway, int maxBody) {}

    static HttpPages start(
            InetSocketAddress address,
            EventLoopGroup threads,
            Connections connections,
            @Nullable ServerTls tls,
            Content content)
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
                        serve(connection.pipeline(), content);
                    }
                });
        Throwable failure = bootstrap.bind(address).awaitUninterruptibly().cause();
        if (failure != null) {
            throw new IOException(failure);
        }
        return new HttpPages(socket, connections);
    }

    /** Answers what comes over one connection. */
    static void serve(ChannelPipeline pipeline, Content content) {
        pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(content.maxBody), new Pages(content));
    }

    int port() {
        return socket.localAddress().getPort();
    }

    void stop() {
        socket.close().awaitUninterruptibly(1000);
        connections.dropAll();
    }

    private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Content content;
        private @Nullable GatewayCall<?, ?> call;
        private @Nullable Future<?> patience;
        private boolean taken;

        Pages(Content content) {
            this.content = content;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            patience = context.executor().schedule(() -> drop(context), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        private static void drop(ChannelHandlerContext context) {
            var unused = context.close();
        }

        private void endPatience() {
            if (patience != null) {
                patience.cancel(false);
            }
        }

        /** One request a connection: the answer closes it. */
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (taken) {
                return;
            }
            taken = true;
            endPatience();
            if (request.decoderResult().isFailure()) {
                HttpAnswer.send(
                        context, HttpAnswer.page(HttpResponseStatus.BAD_REQUEST, HttpAnswer.TEXT, "400 Bad Request\n"));
                return;
            }
            String path = new QueryStringDecoder(request.uri()).path();
            if (request.method().equals(HttpMethod.OPTIONS)) {
                HttpAnswer.send(context, HttpAnswer.page(HttpResponseStatus.OK, HttpAnswer.TEXT, ""));
            } else if (path.startsWith("/v3/") || path.startsWith("/v3beta/")) {
                gateway(context, request, path);
            } else {
                page(context, request, path);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (call != null && context.channel().isWritable()) {
                call.ready();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            endPatience();
            if (call != null) {
                call.cancel();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("Connection to the HTTP pages failed", cause);
            drop(context);
        }

        private void page(ChannelHandlerContext context, FullHttpRequest request, String path) {
            Function<FullHttpRequest, FullHttpResponse> page = switch (path) {
                case "/health" -> this::health;
                case "/version" -> asked -> HttpAnswer.page(HttpResponseStatus.OK, HttpAnswer.JSON, VERSION);
                case "/livez", "/readyz" -> asked -> HttpAnswer.page(HttpResponseStatus.OK, HttpAnswer.TEXT, "ok\n");
                default -> null;
            };
            boolean metrics = path.equals("/metrics");
            if (page == null && !metrics) {
                HttpAnswer.send(
                        context,
                        HttpAnswer.page(HttpResponseStatus.NOT_FOUND, HttpAnswer.TEXT, "404 page not found\n"));
            } else if (!request.method().equals(HttpMethod.GET)) {
                FullHttpResponse refused =
                        HttpAnswer.page(HttpResponseStatus.METHOD_NOT_ALLOWED, HttpAnswer.TEXT, "Method Not Allowed\n");
                refused.headers().set(HttpHeaderNames.ALLOW, "GET");
                HttpAnswer.send(context, refused);
            } else if (page != null) {
                HttpAnswer.send(context, page.apply(request));
            } else {
                var unused = content.metrics
                        .get()
                        .whenComplete((text, failure) -> HttpAnswer.send(
                                context,
                                failure == null
                                        ? HttpAnswer.page(HttpResponseStatus.OK, METRICS_TYPE, text)
                                        : HttpAnswer.page(
                                                HttpResponseStatus.SERVICE_UNAVAILABLE,
                                                HttpAnswer.TEXT,
                                                "etcdserver: too many requests\n")));
            }
        }

        private FullHttpResponse health(FullHttpRequest request) {
            List<String> excluded =
                    new QueryStringDecoder(request.uri()).parameters().getOrDefault("exclude", List.of());
            for (String alarm : content.alarms.get()) {
                if (!excluded.contains(alarm)) {
                    return HttpAnswer.page(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            HttpAnswer.TEXT,
                            "{\"health\":\"false\",\"reason\":\"ALARM " + alarm + "\"}\n");
                }
            }
            return HttpAnswer.page(HttpResponseStatus.OK, HttpAnswer.TEXT, "{\"health\":\"true\",\"reason\":\"\"}");
        }

        private void gateway(ChannelHandlerContext context, FullHttpRequest request, String path) {
            Gateway.Method<?, ?> method = content.gateway.find(path);
            if (method == null) {
                HttpAnswer.send(context, HttpAnswer.page(HttpResponseStatus.NOT_FOUND, HttpAnswer.TEXT, "Not Found\n"));
                return;
            }
            if (!request.method().equals(HttpMethod.POST)) {
                HttpAnswer.send(
                        context,
                        HttpAnswer.page(
                                HttpResponseStatus.METHOD_NOT_ALLOWED, HttpAnswer.TEXT, "Method Not Allowed\n"));
                return;
            }
            List<Message> messages;
            try {
                messages = messages(request.content().toString(StandardCharsets.UTF_8), method);
            } catch (IllegalArgumentException e) {
                HttpAnswer.send(
                        context, GatewayErrors.answer(io.grpc.Status.INVALID_ARGUMENT.withDescription(e.getMessage())));
                return;
            }
            call = GatewayCall.start(
                    context, method, messages, Gateway.headers(request.headers().get(HttpHeaderNames.AUTHORIZATION)));
        }

        /** A stream may be given several requests; no body is an empty one. */
        private static List<Message> messages(String body, Gateway.Method<?, ?> method) {
            JsonReader json = new JsonReader(body);
            List<Message> messages = new ArrayList<>();
            boolean many = !method.served().getMethodDescriptor().getType().clientSendsOneMessage();
            while (!json.atEnd() && (many || messages.isEmpty())) {
                messages.add(JsonMessages.read(json.next(), method.request()));
            }
            return messages.isEmpty() ? List.of(method.request()) : messages;
        }
    }
}
