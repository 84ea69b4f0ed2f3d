package dev.rollcall.etcd;

import java.util.Optional;

/**
 * The answer to a {@link Put}.
 *
 * @param header its revision is that of the write
 * @param previous what the key was before, if asked for and if it existed
 */
public record PutResult(Header header, Optional<KeyValue> previous) implements OpResult {}
