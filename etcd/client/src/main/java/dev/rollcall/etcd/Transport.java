package dev.rollcall.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes the channels of a client. */
@FunctionalInterface
interface Transport {

    /** A channel to one member, which connects with its first call. Does not block. */
    ManagedChannel channel(Endpoint endpoint, ChannelCredentials credentials);

    /**
     * What an encrypted connection trusts and shows. Blocks on the disk.
     *
     * @param reading told of each file before it is opened
     * @throws EtcdException if the client's own files cannot be used
     */
    default ChannelCredentials credentials(Consumer<Path> reading) {
        return InsecureChannelCredentials.create();
    }
}
