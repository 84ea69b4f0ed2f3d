package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import java.time.Instant;

/** What a view shows for one key: the decoded content and where it came from. */
interface Shown {

    Bytes key();

    long createRevision();

    long modRevision();

    LeaseId lease();

    Instant firstSeen();
}
