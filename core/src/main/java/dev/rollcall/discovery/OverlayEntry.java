package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Overlay;
import java.time.Instant;

/** An overlay as it was found in the store. */
record OverlayEntry(Overlay overlay, Bytes key, long createRevision, long modRevision, LeaseId lease, Instant firstSeen)
        implements Shown {}
