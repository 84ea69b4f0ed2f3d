/**
 * The {@code rollcall} command: one class for each command, thin, over the library and the etcd client.
 *
 * <p>{@link dev.rollcall.cli.Main} runs one command line. {@code StoreOptions} and {@code KeyspaceOptions} turn options and environment into
 * clients, {@code Output} writes a table or JSON to standard output; what people should read goes to standard error, and {@code Failures}
 * turns whatever goes wrong into one line and an exit code.
 */
@NullMarked
package dev.rollcall.cli;

import org.jspecify.annotations.NullMarked;
