package dev.rollcall.etcd;

import io.grpc.ManagedChannel;

/** Makes the channels of a client. */
@FunctionalInterface
interface Transport {

    /**
     * A channel to one member, which connects with its first call.
     *
     * @throws EtcdException if the client's own files cannot be used
     */
    ManagedChannel channel(Endpoint endpoint);
}
