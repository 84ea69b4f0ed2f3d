package dev.rollcall.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.util.regex.Pattern;

/** How a log line looks: level, short name of the logger, and the message, whose control characters are not passed on. */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final boolean traces;

    LogLine(boolean traces) {
        this.traces = traces;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String logger = event.getLoggerName();
        String message =
                CONTROL.matcher(String.valueOf(event.getFormattedMessage())).replaceAll("?");
        String line =
                "%-5s %s: %s%n".formatted(event.getLevel(), logger.substring(logger.lastIndexOf('.') + 1), message);
        IThrowableProxy thrown = event.getThrowableProxy();
        return traces && thrown != null ? line + ThrowableProxyUtil.asString(thrown) : line;
    }
}
