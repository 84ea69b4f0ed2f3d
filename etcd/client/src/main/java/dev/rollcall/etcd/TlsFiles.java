package dev.rollcall.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's PEM files, and says in words why a handshake failed.
 *
 * <p>The files are read for every connection that is made, so a certificate replaced on disk is used from the next one on.
 */
final class TlsFiles {

    private static final char[] NO_PASSWORD = {};

    private TlsFiles() {}

    /** What a TLS connection trusts and shows; each file is told of before it is opened. */
    static ChannelCredentials read(Tls tls, Consumer<Path> reading) {
        TlsChannelCredentials.Builder built = TlsChannelCredentials.newBuilder();
        try {
            if (tls.trustedCa().isPresent()) {
                reading.accept(tls.trustedCa().get());
                built.trustManager(
                        trust(Pem.certificates(tls.trustedCa().get())).getTrustManagers());
            }
            Optional<Path> key = tls.key();
            if (tls.certificate().isPresent() && key.isPresent()) {
                built.keyManager(
                        identity(tls.certificate().get(), key.get(), reading).getKeyManagers());
            } else if (tls.certificate().isPresent() || key.isPresent()) {
                throw new EtcdException(
                        EtcdError.TLS, "a certificate and its key belong together; only one of them is given");
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new EtcdException(EtcdError.TLS, "the TLS files cannot be used: " + e.getMessage(), e);
        }
        return built.build();
    }

    private static TrustManagerFactory trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("ca-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory identity(Path certificate, Path key, Consumer<Path> reading)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        reading.accept(certificate);
        Certificate[] chain = Pem.certificates(certificate).toArray(new Certificate[0]);
        reading.accept(key);
        store.setKeyEntry("client", Pem.privateKey(key), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** What failed in a TLS handshake, and what to do; null if it was something else. */
    static @Nullable String fault(@Nullable Throwable cause) {
        String general = null;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            String particular = particular(each);
            if (particular != null) {
                return particular;
            }
            if (each instanceof CertPathValidatorException || each instanceof CertPathBuilderException) {
                general = "the server's certificate comes from an authority that is not trusted (" + each.getMessage()
                        + "); give that CA's PEM file";
            } else if (general == null && each instanceof SSLException) {
                general = "the TLS handshake failed: " + each.getMessage();
            }
        }
        return general;
    }

    private static @Nullable String particular(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof CertificateExpiredException) {
            return "the server's certificate has expired (" + cause.getMessage()
                    + "); renew it, or set this clock right";
        } else if (cause instanceof CertificateNotYetValidException) {
            return "the server's certificate is not valid yet (" + cause.getMessage()
                    + "); is this machine's clock right?";
        } else if (text.contains("no subject alternative") || text.contains("no name matching")) {
            return "the server's certificate is for another name (" + cause.getMessage()
                    + "); use an endpoint that the certificate names";
        } else if (text.contains("not an ssl/tls record")) {
            return "the port speaks plain text; use http:// for it";
        } else if (text.contains("not settings") && text.contains("dump for first 5 bytes: 15")) {
            return "the port speaks TLS; use https:// for it";
        }
        String said = text.replace('_', ' ');
        if (said.contains("protocol version") || said.contains("unsupported protocol")) {
            return "the server speaks no TLS 1.2 or newer, and this client nothing older (" + cause.getMessage()
                    + "); allow TLS 1.2 there";
        }
        return alert(said);
    }

    /** What the server, in a TLS alert, has against our certificate. */
    private static @Nullable String alert(String text) {
        if (text.contains("certificate required")) {
            return "the server wants a client certificate; give one with its key";
        } else if (text.contains("bad certificate")) {
            return "the server wants a client certificate that it trusts; give one with its key, or another one";
        } else if (text.contains("unknown ca")) {
            return "the server does not trust the authority of our client certificate; give one that it trusts";
        } else if (text.contains("certificate expired")) {
            return "our client certificate has expired; renew it";
        }
        return null;
    }
}
