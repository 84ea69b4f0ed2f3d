package dev.rollcall.internal;

import java.time.Clock;
import java.time.Instant;

/** The clocks of the machine. */
enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Clock.systemUTC().instant();
    }
}
