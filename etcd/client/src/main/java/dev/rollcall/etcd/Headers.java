package dev.rollcall.etcd;

import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** The metadata that etcd reads. */
final class Headers {

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private Headers() {}

    /** The token, if there is one, and whether a member without a leader shall refuse at once instead of leaving us waiting. */
    static Metadata of(@Nullable String token, boolean wantsLeader) {
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(TOKEN, token);
        }
        if (wantsLeader) {
            headers.put(HAS_LEADER, "true");
        }
        return headers;
    }
}
