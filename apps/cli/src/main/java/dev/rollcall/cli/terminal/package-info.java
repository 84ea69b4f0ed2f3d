/**
 * What every command needs of the world outside: the streams, the environment and the signals of the process ({@link
 * dev.rollcall.cli.terminal.Console}), text that is safe to print, tables and JSON, exit codes, and the one clock.
 *
 * <p>Nothing here knows etcd.
 */
@NullMarked
package dev.rollcall.cli.terminal;

import org.jspecify.annotations.NullMarked;
