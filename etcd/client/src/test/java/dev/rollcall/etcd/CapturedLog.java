package dev.rollcall.etcd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the client logs while this is open. */
final class CapturedLog implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.rollcall.etcd");
    private final ListAppender<ILoggingEvent> kept = new ListAppender<>();

    CapturedLog() {
        kept.start();
        logger.addAppender(kept);
    }

    @Override
    public void close() {
        logger.detachAppender(kept);
    }

    Logger logger() {
        return logger;
    }

    /** The lines of a level and above. */
    List<String> lines(Level from) {
        return events().stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(from))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    List<ILoggingEvent> events() {
        return List.copyOf(kept.list);
    }
}
