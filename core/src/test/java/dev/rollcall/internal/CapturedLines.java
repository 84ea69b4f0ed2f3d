package dev.rollcall.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What a class logs during a test, from level INFO on; nothing of it is printed. */
public final class CapturedLines extends AppenderBase<ILoggingEvent> implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger;
    private final List<Line> all = new ArrayList<>();

    /** As it was when it was written; what an event refers to may change later. */
    private record Line(Level level, String text) {}

    public CapturedLines(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(this);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.setLevel(null);
        logger.setAdditive(true);
        logger.detachAppender(this);
    }

    @Override
    protected synchronized void append(ILoggingEvent event) {
        all.add(new Line(event.getLevel(), event.getFormattedMessage()));
    }

    /** The lines of a level. */
    public List<String> of(org.slf4j.event.Level level) {
        return lines(line -> line.level() == Level.convertAnSLF4JLevel(level));
    }

    /** The lines that begin with a text. */
    public List<String> beginning(String text) {
        return lines(line -> line.text().startsWith(text));
    }

    private synchronized List<String> lines(Predicate<Line> which) {
        return all.stream().filter(which).map(Line::text).toList();
    }
}
