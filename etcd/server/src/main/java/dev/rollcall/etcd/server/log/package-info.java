/**
 * Durability: what a server with a data directory writes before it answers, and how it finds itself again.
 *
 * <pre>
 *   command -> LogWriter -> CommandLog (log-*) -> forced -> Machine.apply -> answer, watch events
 *                                 |
 *                         now and then: Images (image-*), and the log files before it are deleted
 * </pre>
 *
 * <p>A command is on disk before it is applied, so nobody, reader or watcher, ever sees what a crash could take back; and one that
 * cannot be written has changed nothing. All commands that wait go to disk together: one {@link
 * dev.rollcall.etcd.server.log.Frame}, one force. docs/data-directory.md has the format.
 */
@NullMarked
package dev.rollcall.etcd.server.log;

import org.jspecify.annotations.NullMarked;
