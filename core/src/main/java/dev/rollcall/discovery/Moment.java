package dev.rollcall.discovery;

import java.time.Instant;

/** The time of a step: monotonic nanoseconds to count with, the wall clock to show. */
record Moment(long nanos, Instant wall) {}
