package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;

/**
 * A key whose value cannot be read.
 *
 * @param key the key
 * @param modRevision the revision of the bad value
 * @param reason what is wrong with it
 */
public record QuarantinedKey(Bytes key, long modRevision, String reason) {}
