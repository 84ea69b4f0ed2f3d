package dev.rollcall.registration;

import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeyValue;
import org.jspecify.annotations.Nullable;

/** What the store said to one {@link KeyCall}. */
sealed interface KeyAnswer {

    /** The write was done at this revision. */
    record Done(long revision) implements KeyAnswer {}

    /** The write was not done, because the key is not as expected, or the read found this: null where there is no key. */
    record Shown(long asOf, @Nullable KeyValue kv) implements KeyAnswer {}

    /** The call failed; what that means for a write is in the code. */
    record Refused(EtcdException error) implements KeyAnswer {}
}
