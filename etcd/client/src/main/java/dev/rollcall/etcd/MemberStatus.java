package dev.rollcall.etcd;

import java.util.List;

/**
 * How one member fares.
 *
 * @param header its header; {@link Header#memberId()} is its own
 * @param endpoint the address that answered
 * @param version its version, such as {@code 3.5.16}
 * @param dbSize the size of its database in bytes
 * @param leader the leader it knows, unsigned; 0 for none
 * @param raftIndex its raft index, unsigned
 * @param raftTerm its raft term, unsigned
 * @param learner whether it does not vote yet
 * @param errors its alarms, in etcd's words
 */
public record MemberStatus(
        Header header,
        String endpoint,
        String version,
        long dbSize,
        long leader,
        long raftIndex,
        long raftTerm,
        boolean learner,
        List<String> errors) {

    /** Copies the list. */
    public MemberStatus {
        errors = List.copyOf(errors);
    }
}
