package dev.rollcall.etcd.server.transport;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many calls were begun and ended, by method and code, as the Prometheus library of gRPC for Go counts them. By any thread. */
final class CallCounts {
    private final Map<String, LongAdder> started = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> handled = new ConcurrentHashMap<>();

    void started(MethodDescriptor<?, ?> method) {
        started.computeIfAbsent(labels(method), labels -> new LongAdder()).increment();
    }

    void handled(MethodDescriptor<?, ?> method, Status status) {
        String labels = "grpc_code=\"" + goName(status.getCode()) + "\"," + labels(method);
        handled.computeIfAbsent(labels, name -> new LongAdder()).increment();
    }

    /** The counters, each by its labels. */
    Map<String, Long> allStarted() {
        return sums(started);
    }

    Map<String, Long> allHandled() {
        return sums(handled);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counters) {
        Map<String, Long> sums = new TreeMap<>();
        counters.forEach((labels, count) -> sums.put(labels, count.sum()));
        return sums;
    }

    private static String labels(MethodDescriptor<?, ?> method) {
        String type = switch (method.getType()) {
            case UNARY, UNKNOWN -> "unary";
            case CLIENT_STREAMING -> "client_stream";
            case SERVER_STREAMING -> "server_stream";
            case BIDI_STREAMING -> "bidi_stream";
        };
        return "grpc_method=\"" + method.getBareMethodName() + "\",grpc_service=\"" + method.getServiceName()
                + "\",grpc_type=\"" + type + "\"";
    }

    private static String goName(Status.Code code) {
        StringBuilder name = new StringBuilder();
        if (code == Status.Code.OK) {
            return "OK";
        }
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return code == Status.Code.CANCELLED ? "Canceled" : name.toString();
    }
}
