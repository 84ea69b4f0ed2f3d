package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.instance.InstanceId;

/** The bounds that all keyspaces share. */
final class Sizes {

    private Sizes() {}

    static Bytes checked(InstanceId identity, Bytes value) {
        if (value.size() > Keyspace.MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("the value of " + identity + " has " + value.size()
                    + " bytes, more than the " + Keyspace.MAX_VALUE_BYTES
                    + " allowed; keep large metadata elsewhere and register where it is found");
        }
        return value;
    }
}
