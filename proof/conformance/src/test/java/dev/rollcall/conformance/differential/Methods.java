package dev.rollcall.conformance.differential;

import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.ElectionGrpc;
import dev.rollcall.etcd.proto.HealthGrpc;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LockGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Every call of etcd by its name with a small first letter: {@code leaseGrant}. Those of gRPC's health begin with {@code health}. */
final class Methods {

    private static final Map<String, MethodDescriptor<Message, Message>> BY_NAME = byName();

    private Methods() {}

    static MethodDescriptor<Message, Message> named(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), () -> "no call or step is named " + name);
    }

    /** A request, read from protobuf's text format; an {@link UnknownValue} may follow. */
    static Message request(MethodDescriptor<Message, Message> method, String text) {
        var marshaller = (MethodDescriptor.PrototypeMarshaller<Message>) method.getRequestMarshaller();
        Message.Builder request =
                Objects.requireNonNull(marshaller.getMessagePrototype()).newBuilderForType();
        try {
            TextFormat.merge(UnknownValue.without(text), ExtensionRegistry.getEmptyRegistry(), request);
            UnknownValue.set(text, request);
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(method.getBareMethodName() + " " + text, e);
        }
        return request.build();
    }

    private static Map<String, MethodDescriptor<Message, Message>> byName() {
        Map<String, MethodDescriptor<Message, Message>> methods = new HashMap<>();
        List<ServiceDescriptor> services = List.of(
                KVGrpc.getServiceDescriptor(),
                WatchGrpc.getServiceDescriptor(),
                LeaseGrpc.getServiceDescriptor(),
                ClusterGrpc.getServiceDescriptor(),
                MaintenanceGrpc.getServiceDescriptor(),
                AuthGrpc.getServiceDescriptor(),
                LockGrpc.getServiceDescriptor(),
                ElectionGrpc.getServiceDescriptor(),
                HealthGrpc.getServiceDescriptor());
        for (ServiceDescriptor service : services) {
            String prefix = service.getName().endsWith("Health") ? "health" : "";
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                String bare = Objects.requireNonNull(method.getBareMethodName());
                String name =
                        prefix.isEmpty() ? Character.toLowerCase(bare.charAt(0)) + bare.substring(1) : prefix + bare;
                if (methods.put(name, asMessages(method)) != null) {
                    throw new IllegalStateException("two calls are named " + name);
                }
            }
        }
        return methods;
    }

    @SuppressWarnings("unchecked") // every message of a generated stub is one
    private static MethodDescriptor<Message, Message> asMessages(MethodDescriptor<?, ?> method) {
        return (MethodDescriptor<Message, Message>) method;
    }
}
