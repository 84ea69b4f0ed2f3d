package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.server.machine.Identity;

/** Makes response headers: the ids and the term, which stay the same while a server runs, and a revision. */
record Headers(Identity identity, long term) {

    /** A header with this revision; 0 leaves it out. */
    ResponseHeader at(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(identity.clusterId())
                .setMemberId(identity.memberId())
                .setRaftTerm(term)
                .setRevision(revision)
                .build();
    }
}
