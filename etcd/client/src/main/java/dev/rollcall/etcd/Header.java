package dev.rollcall.etcd;

/**
 * What every answer tells of the store that gave it.
 *
 * @param clusterId the cluster, unsigned; a hash of its first configuration, so a wiped cluster may come back with the same one
 * @param memberId the member that answered, unsigned
 * @param revision the store's revision at that moment; 0 where etcd leaves it out (member calls, watches cancelled by compaction)
 * @param raftTerm the leadership term the member knew; it rises with every election
 */
public record Header(long clusterId, long memberId, long revision, long raftTerm) {}
