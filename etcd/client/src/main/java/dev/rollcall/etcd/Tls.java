package dev.rollcall.etcd;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The PEM files of an encrypted connection; immutable, each method returns a changed copy.
 *
 * <p>Used for every {@code https} endpoint. The files are read again when they change on disk, for the connections made after that.
 *
 * @param trustedCa certificates of the authorities to believe; empty for those of the JVM
 * @param certificate the chain that proves who we are (mutual TLS), if any
 * @param key its private key: PKCS#8, PKCS#1 or SEC1, not encrypted
 */
public record Tls(Optional<Path> trustedCa, Optional<Path> certificate, Optional<Path> key) {

    /** Trusts the authorities of the JVM. */
    public static Tls systemTrust() {
        return new Tls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Trusts the authorities in a PEM file. */
    public static Tls trusting(Path ca) {
        return new Tls(Optional.of(ca), Optional.empty(), Optional.empty());
    }

    /** Shows a certificate of our own. */
    public Tls identifiedBy(Path newCertificate, Path newKey) {
        return new Tls(trustedCa, Optional.of(newCertificate), Optional.of(newKey));
    }
}
