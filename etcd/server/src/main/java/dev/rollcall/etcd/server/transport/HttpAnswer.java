package dev.rollcall.etcd.server.transport;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers by HTTP, with the headers that etcd gives to all of them. Each is the last one of its connection. */
final class HttpAnswer {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    private HttpAnswer() {}

    static FullHttpResponse page(HttpResponseStatus status, String type, String body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        describe(response, type);
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }

    /** An answer of the gateway. */
    static FullHttpResponse json(HttpResponseStatus status, String body) {
        FullHttpResponse response = page(status, JSON, body);
        response.headers().set("Grpc-Metadata-Content-Type", "application/grpc");
        return response;
    }

    static void describe(HttpResponse response, String type) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "accept, content-type, authorization")
                .set(HttpHeaderNames.CONNECTION, "close");
    }

    static void send(ChannelHandlerContext context, FullHttpResponse response) {
        var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
