package dev.rollcall.etcd.server.transport;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The certificate of a server, its key, and the authority of its clients where they must show certificates. Immutable. */
public final class ServerTls {
    private final SslContext grpc;
    private final SslContext http;

    private ServerTls(SslContext grpc, SslContext http) {
        this.grpc = grpc;
        this.http = http;
    }

    /**
     * Reads PEM files.
     *
     * @param clientAuthority by which clients are believed; null where they show no certificate
     * @throws IllegalArgumentException when a file is missing, or is not what it should be; the message says which, and what to do
     */
    public static ServerTls read(Path certificate, Path key, @Nullable Path clientAuthority) {
        requireReadable(certificate);
        requireReadable(key);
        if (clientAuthority != null) {
            requireReadable(clientAuthority);
        }
        try {
            SslContext http = builder(certificate, key, clientAuthority).build();
            SslContext grpc = GrpcSslContexts.configure(builder(certificate, key, clientAuthority))
                    .build();
            return new ServerTls(grpc, http);
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "the certificate " + certificate + " and its key " + key + " cannot be used (" + e.getMessage()
                            + "): they must belong together",
                    e);
        }
    }

    SslContext grpc() {
        return grpc;
    }

    SslContext http() {
        return http;
    }

    private static SslContextBuilder builder(Path certificate, Path key, @Nullable Path clientAuthority) {
        SslContextBuilder builder;
        try {
            builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the certificate " + certificate + " or its key " + key
                            + " cannot be read (" + e.getMessage()
                            + "): give PEM files, the key as PKCS#8 without a password:"
                            + " openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW-KEY",
                    e);
        }
        if (clientAuthority == null) {
            return builder;
        }
        try {
            return builder.trustManager(clientAuthority.toFile()).clientAuth(ClientAuth.REQUIRE);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the authority " + clientAuthority + " cannot be read (" + e.getMessage()
                            + "): give a PEM file with certificates",
                    e);
        }
    }

    private static void requireReadable(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("the file " + file + " is not there or cannot be read");
        }
    }
}
