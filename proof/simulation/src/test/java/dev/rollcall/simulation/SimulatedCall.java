package dev.rollcall.simulation;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call over a {@link SimulatedChannel}. Messages are handed over as they are. */
final class SimulatedCall<Q, R> extends ClientCall<Q, R> {

    final MethodDescriptor<Q, R> method;
    private final SimulatedChannel channel;
    private final CallOptions options;
    private final List<Runnable> beforeReady = new ArrayList<>();
    private @Nullable Listener<R> listener;
    private @Nullable Metadata headers;
    private @Nullable Runnable deadline;
    private @Nullable ServerSide<Q, R> server;
    private boolean ready;
    private boolean ending;
    private boolean over;
    private boolean believed;
    private long sentAt;

    SimulatedCall(SimulatedChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
    }

    Host host() {
        return channel.link.host;
    }

    /** When its last message was sent. */
    long sentAt() {
        return sentAt;
    }

    @Override
    public void start(Listener<R> told, Metadata metadata) {
        listener = told;
        headers = metadata;
        Deadline until = options.getDeadline();
        if (until != null) {
            deadline = host().later(until.timeRemaining(TimeUnit.NANOSECONDS), this::late);
        }
        channel.begin(this);
    }

    private void late() {
        if (!ending) {
            end(Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded"));
            channel.up(this::cancelServer);
        }
    }

    /** The connection is there. */
    void ready() {
        if (ending || ready) {
            return;
        }
        ready = true;
        Metadata sent = headers == null ? new Metadata() : headers;
        for (ClientStreamTracer.Factory factory : options.getStreamTracerFactories()) {
            factory.newClientStreamTracer(
                            ClientStreamTracer.StreamInfo.newBuilder().build(), sent)
                    .outboundHeaders();
        }
        channel.up(() -> server = ServerSide.open(this, channel.link.node, sent));
        beforeReady.forEach(Runnable::run);
        beforeReady.clear();
    }

    private void send(Runnable message) {
        if (ending) {
            return;
        }
        if (ready) {
            channel.up(message);
        } else {
            beforeReady.add(() -> channel.up(message));
        }
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendMessage(Q message) {
        sentAt = channel.network.scheduler.now();
        channel.network.trace(host(), () -> "-> " + what() + text(message));
        believed = message instanceof RangeRequest read && !read.getSerializable() && !read.getCountOnly();
        send(() -> {
            if (server != null) {
                server.message(message);
            }
        });
    }

    @Override
    public void halfClose() {
        if (method.getType() != MethodDescriptor.MethodType.UNARY) {
            send(() -> {
                if (server != null) {
                    server.halfClose();
                }
            });
        }
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        if (!ending) {
            over = true;
            end(Status.CANCELLED.withDescription(message));
            if (ready) {
                channel.up(this::cancelServer);
            }
        }
    }

    /** The member hears that nobody waits any more. */
    void cancelServer() {
        if (server != null) {
            server.cancelled();
        }
    }

    /** The member answers. */
    void answer(R message) {
        channel.down(() -> {
            if (!ending) {
                note(message);
                channel.loop.execute(() -> hear(message));
            }
        });
    }

    private void note(R answer) {
        if (answer instanceof Message message) {
            Descriptors.FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
            if (header != null && message.getField(header) instanceof ResponseHeader told && told.getRaftTerm() > 0) {
                long read = answer instanceof RangeResponse ? told.getRevision() : 0;
                long term = believed ? told.getRaftTerm() : 0;
                long compacted = answer instanceof WatchResponse watch ? watch.getCompactRevision() : 0;
                heard(new Network.Heard(term, read, compacted));
            }
        }
    }

    private void heard(Network.Heard told) {
        channel.network.traffic(host()).heard(epoch().number, told);
    }

    private Epoch epoch() {
        return channel.link.node.cluster.epoch();
    }

    private String what() {
        return channel.link.node.name + " " + method.getBareMethodName() + " ";
    }

    private static String text(Object message) {
        return message.toString().replaceAll("\\s+", " ");
    }

    private void hear(R message) {
        channel.network.trace(host(), () -> "<- " + what() + text(message));
        if (!over && listener != null) {
            listener.onMessage(message);
        }
    }

    /** The member ends it. */
    void close(Status status) {
        channel.down(() -> end(status));
    }

    /** It is over, once what came before was heard. */
    void end(Status status) {
        if (ending) {
            return;
        }
        ending = true;
        channel.network.trace(host(), () -> "== " + what() + status.getCode() + " " + status.getDescription());
        channel.ended(this);
        String reason = status.getDescription();
        if (reason != null && reason.endsWith("required revision has been compacted")) {
            heard(new Network.Heard(0, 0, epoch().compacted()));
        }
        if (deadline != null) {
            deadline.run();
        }
        channel.loop.execute(() -> {
            over = true;
            if (listener != null) {
                listener.onClose(status, new Metadata());
            }
        });
    }
}
