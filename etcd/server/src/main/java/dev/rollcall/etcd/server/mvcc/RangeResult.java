package dev.rollcall.etcd.server.mvcc;

import java.util.List;

/**
 * What a read found.
 *
 * @param revision the store's revision when it was read, whatever revision was asked for
 * @param kvs the entries after filter, sort and limit
 * @param more whether the limit cut entries off
 * @param count all keys of the range at the revision read, whatever filter and limit say
 */
public record RangeResult(long revision, List<KeyValue> kvs, boolean more, long count) {}
