package dev.rollcall.etcd.server.transport;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Registers the methods of a service that we have, so that a request which is too large or cannot be decoded is answered with
 * the status and the words of etcd (grpc-go), where grpc-java would break off the stream.
 */
final class TolerantMethods {
    private TolerantMethods() {}

    /** The named methods of a service; the others stay unknown to the server. */
    static ServerServiceDefinition of(
            BindableService service, Set<String> methods, MethodRights rights, Limits limits, CallCounts counts) {
        ServerServiceDefinition whole = service.bindService();
        ServerServiceDefinition.Builder some =
                ServerServiceDefinition.builder(whole.getServiceDescriptor().getName());
        for (ServerMethodDefinition<?, ?> method : whole.getMethods()) {
            if (methods.contains(method.getMethodDescriptor().getBareMethodName())) {
                some.addMethod(tolerant(method, rights, limits, counts));
            }
        }
        return some.build();
    }

    private static <Q, A> ServerMethodDefinition<Incoming<Q>, A> tolerant(
            ServerMethodDefinition<Q, A> method, MethodRights rights, Limits limits, CallCounts counts) {
        MethodDescriptor<Q, A> strict = method.getMethodDescriptor();
        MethodDescriptor<Incoming<Q>, A> tolerant = strict.toBuilder(
                        new IncomingMarshaller<>(strict.getRequestMarshaller(), limits.inbound()),
                        strict.getResponseMarshaller())
                .build();
        String name = strict.getFullMethodName();
        ServerCallHandler<Incoming<Q>, A> handler = (call, headers) -> {
            counts.started(strict);
            TypedCall<Q, A> typed = new TypedCall<>(call, strict, counts);
            ServerCall.Listener<Q> service = method.getServerCallHandler().startCall(typed, headers);
            return new Gatekeeper<>(typed, service, message -> rights.refusal(name, message));
        };
        return ServerMethodDefinition.create(
                tolerant, (call, headers) -> Contexts.interceptCall(Callers.context(headers), call, headers, handler));
    }

    /** A request, or why there is none. */
    private record Incoming<Q>(
            @Nullable Q message, @Nullable Status failure) {}

    private record IncomingMarshaller<Q>(MethodDescriptor.Marshaller<Q> marshaller, int max)
            implements MethodDescriptor.Marshaller<Incoming<Q>> {

        @Override
        public Incoming<Q> parse(InputStream stream) {
            try {
                int size = stream.available();
                if (size > max) {
                    String text = "grpc: received message larger than max (" + size + " vs. " + max + ")";
                    return new Incoming<>(null, Status.RESOURCE_EXHAUSTED.withDescription(text));
                }
                return new Incoming<>(marshaller.parse(stream), null);
            } catch (StatusRuntimeException e) {
                String detail =
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
                return new Incoming<>(
                        null, Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + detail));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public InputStream stream(Incoming<Q> incoming) {
            throw new UnsupportedOperationException("A server sends no requests");
        }
    }

    /** Lets good requests pass and answers the first bad one; the service behind sees a cancelled call then. */
    private static final class Gatekeeper<Q, A> extends ServerCall.Listener<Incoming<Q>> {
        private final TypedCall<Q, A> call;
        private final ServerCall.Listener<Q> service;
        private final Function<Object, @Nullable Status> rights;
        private boolean refused;

        Gatekeeper(TypedCall<Q, A> call, ServerCall.Listener<Q> service, Function<Object, @Nullable Status> rights) {
            this.call = call;
            this.service = service;
            this.rights = rights;
        }

        @Override
        public void onMessage(Incoming<Q> incoming) {
            Q message = incoming.message();
            if (refused) {
                return;
            }
            Status failure = message == null ? incoming.failure() : rights.apply(message);
            if (message != null && failure == null) {
                service.onMessage(message);
            } else if (failure != null) {
                refused = true;
                service.onCancel();
                call.close(failure, new Metadata());
            }
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                service.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            call.count(Status.CANCELLED);
            if (!refused) {
                service.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!refused) {
                service.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!refused) {
                service.onReady();
            }
        }
    }

    /** The same call as the service knows it. */
    private static final class TypedCall<Q, A> extends ServerCall<Q, A> {
        private final ServerCall<Incoming<Q>, A> call;
        private final MethodDescriptor<Q, A> method;
        private final CallCounts counts;
        private final AtomicBoolean counted = new AtomicBoolean();

        TypedCall(ServerCall<Incoming<Q>, A> call, MethodDescriptor<Q, A> method, CallCounts counts) {
            this.call = call;
            this.method = method;
            this.counts = counts;
        }

        /** Counts the end of the call, once. */
        void count(Status status) {
            if (counted.compareAndSet(false, true)) {
                counts.handled(method, status);
            }
        }

        @Override
        public void request(int messages) {
            call.request(messages);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            call.sendHeaders(headers);
        }

        @Override
        public void sendMessage(A message) {
            call.sendMessage(message);
        }

        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public void close(Status status, Metadata trailers) {
            count(status);
            call.close(status, trailers);
        }

        @Override
        public boolean isCancelled() {
            return call.isCancelled();
        }

        @Override
        public void setMessageCompression(boolean enabled) {
            call.setMessageCompression(enabled);
        }

        @Override
        public void setCompression(String compressor) {
            call.setCompression(compressor);
        }

        @Override
        public Attributes getAttributes() {
            return call.getAttributes();
        }

        @Override
        public @Nullable String getAuthority() {
            return call.getAuthority();
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }
    }
}
