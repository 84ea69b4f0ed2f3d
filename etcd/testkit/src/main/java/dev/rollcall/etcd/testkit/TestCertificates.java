package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of a test, a server certificate for loopback, and client certificates for whom you like, as PEM files.
 *
 * <p>All keys are new, on the curve P-256, written as PKCS#8; certificates hold for a day. The files are gone when this JVM has
 * ended. Safe for use by several threads.
 */
public final class TestCertificates {

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final byte[] IP_LOOPBACK = {127, 0, 0, 1};
    private static final byte[] IP6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final byte[] SIGN_CERTIFICATES = {0x04};
    private static final byte[] SIGN_HANDSHAKES = {(byte) 0x80};

    private final Path directory = Watchdog.newDirectory("certificates");
    private final AtomicLong serial = new AtomicLong(1);
    private final Map<String, Identity> clients = new ConcurrentHashMap<>();
    private final String name;
    private final KeyPair authorityKey = newKey();
    private final Path authority;
    private final Identity server;

    private TestCertificates(String name) {
        this.name = name;
        byte[] constraints = extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true)));
        byte[] usage = extension(KEY_USAGE, true, Der.bits(2, SIGN_CERTIFICATES));
        byte[] extensions = Der.sequence(constraints, usage);
        this.authority =
                write("ca.crt", "CERTIFICATE", certificate(name, authorityKey, extensions, authorityKey, Validity.NOW));
        this.server = issue("server", "localhost", authorityKey, Validity.NOW);
    }

    /** A new authority and its server certificate, valid for {@code localhost}, {@code 127.0.0.1} and {@code ::1}. */
    public static TestCertificates generate() {
        return new TestCertificates("Rollcall test authority");
    }

    /** The certificate of the authority, which clients trust. */
    public Path authority() {
        return authority;
    }

    /** What the server shows. */
    public Identity server() {
        return server;
    }

    /** What a client of this common name shows; etcd takes that name for its user. The same files for the same name. */
    public Identity client(String commonName) {
        return clients.computeIfAbsent(
                commonName, n -> issue("client-" + clients.size(), n, authorityKey, Validity.NOW));
    }

    /** A certificate of this common name that held until yesterday; good for a client and, on loopback, for a server. */
    public Identity expired(String commonName) {
        return issue("expired-" + serial.get(), commonName, authorityKey, Validity.PAST);
    }

    /** A certificate of this common name that will hold from tomorrow on. */
    public Identity notYetValid(String commonName) {
        return issue("future-" + serial.get(), commonName, authorityKey, Validity.FUTURE);
    }

    /** A certificate of this common name that no authority has signed but its own key. */
    public Identity selfSigned(String commonName) {
        return issue("self-signed-" + serial.get(), commonName, null, Validity.NOW);
    }

    /** When a certificate holds, from now. */
    private enum Validity {
        PAST(-3, -1),
        NOW(-1, 1),
        FUTURE(1, 3);

        private final Duration from;
        private final Duration until;

        Validity(int fromDay, int untilDay) {
            from = Duration.ofDays(fromDay);
            until = Duration.ofDays(untilDay);
        }
    }

    /**
     * A certificate and its private key.
     *
     * @param certificate the PEM file with the certificate
     * @param key the PEM file with the key, PKCS#8, without a password
     */
    public record Identity(Path certificate, Path key) {}

    private Identity issue(String file, String commonName, @Nullable KeyPair signer, Validity validity) {
        KeyPair key = newKey();
        // The server's certificate also serves etcd's own HTTP gateway as a client's.
        byte[] extensions = Der.sequence(
                extension(KEY_USAGE, true, Der.bits(7, SIGN_HANDSHAKES)),
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER_AUTH), Der.oid(CLIENT_AUTH))),
                extension(
                        SUBJECT_ALT_NAME,
                        false,
                        Der.sequence(
                                Der.contextPrimitive(2, "localhost".getBytes(StandardCharsets.US_ASCII)),
                                Der.contextPrimitive(7, IP_LOOPBACK),
                                Der.contextPrimitive(7, IP6_LOOPBACK))));
        return new Identity(
                write(
                        file + ".crt",
                        "CERTIFICATE",
                        certificate(commonName, key, extensions, signer == null ? key : signer, validity)),
                write(file + ".key", "PRIVATE KEY", key.getPrivate().getEncoded()));
    }

    /** A certificate by RFC 5280, section 4.1, signed by the authority or by itself. */
    private byte[] certificate(String subject, KeyPair key, byte[] extensions, KeyPair signer, Validity validity) {
        Instant now = Instant.now();
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        byte[] content = Der.sequence(
                Der.context(0, Der.integer(BigInteger.TWO)),
                Der.integer(BigInteger.valueOf(serial.getAndIncrement())),
                algorithm,
                name(signer == key ? subject : name),
                Der.sequence(Der.time(now.plus(validity.from)), Der.time(now.plus(validity.until))),
                name(subject),
                key.getPublic().getEncoded(),
                Der.context(3, extensions));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer.getPrivate());
            signature.update(content);
            return Der.sequence(content, algorithm, Der.bits(0, signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with P-256", e);
        }
    }

    private Path write(String file, String label, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        try {
            return Files.writeString(
                    directory.resolve(file),
                    "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException("test certificates cannot be written", e);
        }
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(commonName))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }
}
