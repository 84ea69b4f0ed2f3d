package dev.rollcall.etcd.server.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps gRPC from writing a stack trace for each stream that a client's broken connection cut short, or that a client broke with garbage: clients come and
 * go, and must not fill the log. It becomes a line of ours for debugging. What is logged on threads that are not ours passes as before.
 */
final class BrokenStreams implements Filter {

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(BrokenStreams.class);

    /** Held here, since the logging of Java forgets loggers that nobody holds. */
    private static final Logger OF_GRPC = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    private final @Nullable Filter before;

    private BrokenStreams(@Nullable Filter before) {
        this.before = before;
    }

    /** Puts the filter in its place, before the one that may be there. */
    static synchronized void quieten() {
        if (!(OF_GRPC.getFilter() instanceof BrokenStreams)) {
            OF_GRPC.setFilter(new BrokenStreams(OF_GRPC.getFilter()));
        }
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        if (record.getThrown() instanceof Http2Exception broken && Threads.isOurs(Thread.currentThread())) {
            log.debug("a stream of a client broke: {}", broken.getMessage());
            return false;
        }
        return before == null || before.isLoggable(record);
    }
}
