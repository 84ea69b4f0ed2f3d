package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Quota;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens and what it says of itself.
 *
 * @param host name or address to bind to
 * @param port port of gRPC, 0 for a free one
 * @param httpPort port of the HTTP pages, 0 for a free one, null for none
 * @param name the member's name
 * @param peerUrl the member's peer URL; nothing listens there
 * @param advertisedHost the host that clients are told to connect to
 * @param progressNanos time between progress messages to watchers that want them
 * @param clock monotonic time in nanoseconds, for leases and progress messages
 * @param uptime monotonic real time in nanoseconds, by which a halt of the process is noticed
 * @param startMillis wall clock at the start, for the numbers of leases
 * @param tokenNanos how long the token of a user lives when it is not used
 * @param quota how large the data may grow
 * @param compaction when the past is forgotten
 * @param limits how large requests may be
 * @param advertisedUrls where clients are told to connect to; empty for the advertised host and the port
 * @param tls what is shown to clients, null for no TLS
 */
public record Settings(
        String host,
        int port,
        @Nullable Integer httpPort,
        String name,
        String peerUrl,
        String advertisedHost,
        long progressNanos,
        LongSupplier clock,
        LongSupplier uptime,
        long startMillis,
        long tokenNanos,
        Quota quota,
        AutoCompaction.Rule compaction,
        Limits limits,
        List<String> advertisedUrls,
        @Nullable ServerTls tls) {}
