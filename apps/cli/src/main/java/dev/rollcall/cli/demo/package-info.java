/**
 * The story that {@code rollcall demo} tells, with real processes.
 *
 * <p>{@code Demo} is the storyboard, chapter after chapter; {@code Cast} starts and ends the processes on the stage ({@code ChildProcess}: a server,
 * and workers that run {@link dev.rollcall.cli.demo.WorkerCommand}); {@code Roster} follows them through discovery and writes down what it is
 * told; {@code Caller} calls them through pickers; {@code Story} prints. The demo checks itself: what does not happen in time is a failure.
 */
@NullMarked
package dev.rollcall.cli.demo;

import org.jspecify.annotations.NullMarked;
