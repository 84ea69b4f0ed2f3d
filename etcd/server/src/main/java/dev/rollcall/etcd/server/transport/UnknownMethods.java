package dev.rollcall.etcd.server.transport;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers calls to methods that we do not have in the words of etcd (grpc-go). */
final class UnknownMethods extends HandlerRegistry {
    private final Set<String> services;

    /** Knows the names of the services of which we have some methods. */
    UnknownMethods(Set<String> services) {
        this.services = services;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        int slash = method.lastIndexOf('/');
        String service = method.substring(0, Math.max(0, slash));
        String text = services.contains(service)
                ? "unknown method " + method.substring(slash + 1) + " for service " + service
                : "unknown service " + service;
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(method)
                .setRequestMarshaller(new Ignored())
                .setResponseMarshaller(new Ignored())
                .build();
        return ServerMethodDefinition.create(descriptor, (call, headers) -> {
            call.close(Status.UNIMPLEMENTED.withDescription(text), new Metadata());
            return new Closed();
        });
    }

    private static final class Closed extends ServerCall.Listener<byte[]> {}

    private static final class Ignored implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
