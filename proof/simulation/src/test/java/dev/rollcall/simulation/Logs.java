package dev.rollcall.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Turns the logs off: they cost more than all else. */
final class Logs {

    private Logs() {}

    static void quiet() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        // Each, as the configuration of the tests gives our own a level of its own.
        context.getLoggerList().forEach(logger -> logger.setLevel(Level.OFF));
    }
}
