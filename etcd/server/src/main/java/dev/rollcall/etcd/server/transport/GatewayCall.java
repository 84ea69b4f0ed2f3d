package dev.rollcall.etcd.server.transport;

import com.google.protobuf.Message;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a method by HTTP, on one connection, which it has to itself. Requests reach the service on the connection's thread, as it asks for
 * them; answers may come from any thread. A method that answers once gives one JSON object; others give one for each answer, as they come.
 */
final class GatewayCall<Q, A> extends ServerCall<Q, A> {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayCall.class);

    private final ChannelHandlerContext context;
    private final Gateway.Method<Q, A> method;
    private final Queue<Message> requests;
    private ServerCall.@Nullable Listener<Q> service;
    private int wanted;
    private boolean halfClosed;
    private volatile boolean gone;
    private @Nullable Message answer;
    private boolean streaming;
    private boolean closed;

    private GatewayCall(ChannelHandlerContext context, Gateway.Method<Q, A> method, List<Message> requests) {
        this.context = context;
        this.method = method;
        this.requests = new ArrayDeque<>(requests);
    }

    /** Calls a method; only on the connection's thread. */
    static <Q, A> GatewayCall<Q, A> start(
            ChannelHandlerContext context, Gateway.Method<Q, A> method, List<Message> requests, Metadata headers) {
        GatewayCall<Q, A> call = new GatewayCall<>(context, method, requests);
        call.answered(() -> {
            ServerCall.Listener<Q> listener =
                    method.served().getServerCallHandler().startCall(call, headers);
            call.service = listener;
            listener.onReady();
            call.deliver();
        });
        return call;
    }

    /** The client has gone; only on the connection's thread. */
    void cancel() {
        gone = true;
        ServerCall.Listener<Q> listener = service;
        if (listener != null && !closed()) {
            listener.onCancel();
        }
    }

    /** There is room for answers again; only on the connection's thread. */
    void ready() {
        if (service != null && !closed()) {
            service.onReady();
        }
    }

    @Override
    public void request(int messages) {
        context.executor().execute(() -> {
            wanted += messages;
            answered(this::deliver);
        });
    }

    /** Runs a part of the call; should it fail the client is told, and the service learns that its call is over. */
    private void answered(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed by HTTP", method.served().getMethodDescriptor().getFullMethodName(), e);
            close(Status.INTERNAL.withDescription("the call failed: " + e), new Metadata());
            ServerCall.Listener<Q> listener = service;
            if (listener != null) {
                listener.onCancel();
            }
        }
    }

    private void deliver() {
        ServerCall.Listener<Q> listener = service;
        if (listener == null) {
            return;
        }
        while (wanted > 0 && !requests.isEmpty()) {
            wanted--;
            Message next = requests.remove();
            listener.onMessage(method.served()
                    .getMethodDescriptor()
                    .parseRequest(next.toByteString().newInput()));
        }
        if (requests.isEmpty() && !halfClosed) {
            halfClosed = true;
            listener.onHalfClose();
        }
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public synchronized void sendMessage(A message) {
        if (gone || closed) {
            return;
        }
        if (method.answersOnce()) {
            answer = (Message) message;
            return;
        }
        beginStream();
        line("{\"result\":" + JsonMessages.write((Message) message) + "}\n");
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (gone || closed) {
            return;
        }
        closed = true;
        Message only = answer;
        if (method.answersOnce()) {
            HttpAnswer.send(
                    context,
                    status.isOk() && only != null
                            ? HttpAnswer.json(HttpResponseStatus.OK, JsonMessages.write(only))
                            : GatewayErrors.answer(status));
            return;
        }
        if (!streaming && !status.isOk()) {
            HttpAnswer.send(context, GatewayErrors.streamAnswer(status));
            return;
        }
        beginStream();
        if (!status.isOk()) {
            line(GatewayErrors.streamError(status) + "\n");
        }
        var unused = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    private void beginStream() {
        if (!streaming) {
            streaming = true;
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            HttpAnswer.describe(head, HttpAnswer.JSON);
            HttpUtil.setTransferEncodingChunked(head, true);
            var unused = context.write(head);
        }
    }

    private void line(String text) {
        var unused = context.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }

    private synchronized boolean closed() {
        return closed;
    }

    @Override
    public boolean isReady() {
        return context.channel().isWritable();
    }

    @Override
    public boolean isCancelled() {
        return gone;
    }

    @Override
    public Attributes getAttributes() {
        return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method.served().getMethodDescriptor();
    }
}
