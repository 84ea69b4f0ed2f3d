package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.server.machine.Identity;
import java.util.function.LongSupplier;

/** Makes response headers: the ids, the term of the moment, and a revision. */
record Headers(Identity identity, LongSupplier term) {

    /** A header with this revision; 0 leaves it out. */
    ResponseHeader at(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(identity.clusterId())
                .setMemberId(identity.memberId())
                .setRaftTerm(term.getAsLong())
                .setRevision(revision)
                .build();
    }
}
