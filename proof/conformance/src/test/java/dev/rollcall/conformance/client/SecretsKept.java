package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Reads what we log on every level while the tests of a class run, and fails if a secret of theirs is in it. */
public final class SecretsKept implements BeforeAllCallback, AfterAllCallback {

    private static final Pattern SECRET = Pattern.compile("canary-|PRIVATE KEY-----");

    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.rollcall");
    private final Level before = ours.getLevel();
    private final Reader reader = new Reader();

    @Override
    public void beforeAll(ExtensionContext context) {
        reader.start();
        ours.addAppender(reader);
        ours.setAdditive(false);
        ours.setLevel(Level.TRACE);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ours.detachAppender(reader);
        ours.setAdditive(true);
        ours.setLevel(before);
        assertThat(reader.shown).as("places that showed a secret").isEmpty();
        assertThat(reader.read.get()).as("lines that were logged").isPositive();
    }

    private static final class Reader extends AppenderBase<ILoggingEvent> {

        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final List<String> shown = new CopyOnWriteArrayList<>();
        private final AtomicInteger read = new AtomicInteger();

        @Override
        protected void append(ILoggingEvent event) {
            read.incrementAndGet();
            String thrown =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            if (SECRET.matcher(event.getFormattedMessage() + thrown).find()) {
                shown.add(event.getLoggerName() + ": " + event.getMessage());
            }
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                root.callAppenders(event);
            }
        }
    }
}
