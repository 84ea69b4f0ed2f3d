package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.mvcc.Commit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a machine holds, together with the versions that {@link dev.rollcall.etcd.server.mvcc.Store#forEachOlder} tells of.
 *
 * @param term the Raft term
 * @param index how many commands were applied, counted as etcd does
 * @param revision the newest revision
 * @param compacted the last compaction
 * @param commits the kept commits
 * @param leases granted seconds by id
 * @param auth users, roles and rights
 * @param alarms the alarms that were not ended
 */
public record MachineImage(
        long term,
        long index,
        long revision,
        long compacted,
        List<Commit> commits,
        Map<Long, Long> leases,
        AuthState auth,
        Set<Alarm> alarms) {}
