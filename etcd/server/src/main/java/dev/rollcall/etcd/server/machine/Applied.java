package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Commit;
import java.util.List;

/**
 * The effects of a command.
 *
 * @param outcome the answer to whoever sent it
 * @param commits the revisions it made, in order, for those who watch
 */
public record Applied(Outcome outcome, List<Commit> commits) {}
