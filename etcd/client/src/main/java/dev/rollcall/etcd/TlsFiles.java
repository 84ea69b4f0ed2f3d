package dev.rollcall.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import org.jspecify.annotations.Nullable;

/** Reads PEM files for a connection, and says in words why a handshake failed. */
final class TlsFiles {

    private TlsFiles() {}

    static ChannelCredentials read(Tls tls) {
        return TlsChannelCredentials.create();
    }

    /** What failed in a TLS handshake; null if it was something else. */
    static @Nullable String fault(@Nullable Throwable cause) {
        return null;
    }
}
