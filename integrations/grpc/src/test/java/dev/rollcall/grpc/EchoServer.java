package dev.rollcall.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A server whose one method answers with the server's name, at once or when it is let go. */
final class EchoServer implements AutoCloseable {

    private static final MethodDescriptor<String, String> WHO = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName("test.Echo/Who")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private static final Duration FOR_EVER = Duration.ofDays(1_000);

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    private final Server server;

    private EchoServer(Supplier<String> name, boolean slow, boolean failing, Duration age) throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder("test.Echo")
                .addMethod(WHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                    calls.incrementAndGet();
                    asked.countDown();
                    if (failing) {
                        answer.onError(Status.UNAVAILABLE.asRuntimeException());
                        return;
                    }
                    if (slow) {
                        letGo();
                    }
                    answer.onNext(name.get());
                    answer.onCompleted();
                }))
                .build();
        this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(service)
                .maxConnectionAge(age.toMillis(), TimeUnit.MILLISECONDS)
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        connections.incrementAndGet();
                        return attributes;
                    }
                })
                .build()
                .start();
    }

    static EchoServer start(String name) throws IOException {
        return new EchoServer(() -> name, false, false, FOR_EVER);
    }

    /** One that tells its connections to end when they are so old. */
    static EchoServer restless(String name, Duration age) throws IOException {
        return new EchoServer(() -> name, false, false, age);
    }

    /** One that answers after {@link #release}. */
    static EchoServer slow(String name) throws IOException {
        return slow(() -> name);
    }

    /** One that finds its answer out after {@link #release}. */
    static EchoServer slow(Supplier<String> answer) throws IOException {
        return new EchoServer(answer, true, false, FOR_EVER);
    }

    /** One whose calls all fail. */
    static EchoServer failing() throws IOException {
        return new EchoServer(() -> "failing", false, true, FOR_EVER);
    }

    private void letGo() {
        try {
            if (!release.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let the answer go");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Server server() {
        return server;
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Who answers; within 15 s. */
    static String who(Channel channel) {
        return who(channel, 15_000);
    }

    /** Who answers within so many milliseconds. */
    static String who(Channel channel, long millis) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
        return ClientCalls.blockingUnaryCall(channel, WHO, options, "");
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
