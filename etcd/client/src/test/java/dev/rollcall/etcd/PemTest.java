package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.testkit.TestCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PemTest {

    /** What comes before the PKCS#1 key in a PKCS#8 one of 2048 bits: version, algorithm, and the head of the octet string. */
    private static final int RSA_2048_HEAD = 26;

    /** The name of the curve P-256, 1.2.840.10045.3.1.7. */
    private static final byte[] P256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07};

    @TempDir
    private Path directory;

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static KeyPair p256() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private Path file(String label, byte[] der) throws IOException {
        return Files.writeString(
                directory.resolve("key.pem"),
                block(label, Base64.getMimeEncoder().encodeToString(der)));
    }

    private static String block(String label, String body) {
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] inner(PrivateKey pkcs8, int head) {
        byte[] encoded = pkcs8.getEncoded();
        return Arrays.copyOfRange(encoded, head, encoded.length);
    }

    @Test
    void pkcs8KeysAreRead() throws Exception {
        PrivateKey rsa = rsa().getPrivate();
        assertThat(Pem.privateKey(file("PRIVATE KEY", rsa.getEncoded()))).isEqualTo(rsa);
        PrivateKey ec = p256().getPrivate();
        assertThat(Pem.privateKey(file("PRIVATE KEY", ec.getEncoded()))).isEqualTo(ec);
        PrivateKey ed =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        assertThat(Pem.privateKey(file("PRIVATE KEY", ed.getEncoded()))).isEqualTo(ed);
    }

    @Test
    void pkcs1KeysAreRead() throws Exception {
        PrivateKey key = rsa().getPrivate();
        assertThat(Pem.privateKey(file("RSA PRIVATE KEY", inner(key, RSA_2048_HEAD))))
                .isEqualTo(key);
    }

    private static BigInteger number(PrivateKey key) {
        return ((ECPrivateKey) key).getS();
    }

    /** RFC 5915: version 1, the number, and the curve if it is to be in the key. */
    private static byte[] sec1(PrivateKey key, boolean withCurve) {
        byte[] number = number(key).toByteArray();
        ByteBuffer der = ByteBuffer.allocate(withCurve ? 51 : 39);
        der.put(new byte[] {0x30, (byte) (der.capacity() - 2), 0x02, 0x01, 0x01, 0x04, 0x20});
        byte[] padded = new byte[32];
        int from = Math.max(0, number.length - 32);
        System.arraycopy(number, from, padded, 32 - (number.length - from), number.length - from);
        der.put(padded);
        if (withCurve) {
            der.put(new byte[] {(byte) 0xa0, 0x0a}).put(P256);
        }
        return der.array();
    }

    @Test
    void sec1KeysAreReadWithTheCurveBeforeThem() throws Exception {
        PrivateKey key = p256().getPrivate();
        Path file = Files.writeString(
                directory.resolve("key.pem"),
                block("EC PARAMETERS", Base64.getMimeEncoder().encodeToString(P256))
                        + block("EC PRIVATE KEY", Base64.getMimeEncoder().encodeToString(sec1(key, false))));
        assertThat(number(Pem.privateKey(file))).isEqualTo(number(key));
    }

    @Test
    void sec1KeysAreReadWithTheCurveInThem() throws Exception {
        PrivateKey key = p256().getPrivate();
        assertThat(number(Pem.privateKey(file("EC PRIVATE KEY", sec1(key, true)))))
                .isEqualTo(number(key));
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheCommandThatDecryptsIt() throws Exception {
        assertThatThrownBy(() -> Pem.privateKey(file("ENCRYPTED PRIVATE KEY", new byte[40])))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.TLS))
                .hasMessageContaining("openssl pkey -in");
        Path old = Files.writeString(
                directory.resolve("old.pem"),
                block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA"));
        assertThatThrownBy(() -> Pem.privateKey(old)).hasMessageContaining("openssl pkey -in " + old);
    }

    @Test
    void aDamagedOrUnknownKeyIsRefusedWithTheCommandThatConvertsIt() throws Exception {
        for (String label : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}) {
            assertThatThrownBy(() -> Pem.privateKey(file(label, new byte[] {0x30, (byte) 0x84, 1})))
                    .isInstanceOf(EtcdException.class)
                    .hasMessageContaining("openssl pkcs8 -topk8");
        }
    }

    @Test
    void aMissingFileAndAFileWithoutPemAreNamed() throws Exception {
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> Pem.certificates(missing)).hasMessageContaining(missing + ": there is no such file");
        Path text = Files.writeString(directory.resolve("text.pem"), "no pem");
        assertThatThrownBy(() -> Pem.certificates(text)).hasMessageContaining("BEGIN CERTIFICATE");
        assertThatThrownBy(() -> Pem.privateKey(text)).hasMessageContaining("PRIVATE KEY");
    }

    @Test
    void everyCertificateOfAFileIsRead() throws Exception {
        TestCertificates certificates = TestCertificates.generate();
        Path chain = Files.writeString(
                directory.resolve("chain.pem"),
                Files.readString(certificates.server().certificate()) + "noise\n"
                        + Files.readString(certificates.authority()));
        assertThat(Pem.certificates(chain)).hasSize(2);
        assertThat(Pem.privateKey(certificates.server().key()).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    @Timeout(20)
    void aFileOfBeginningsIsRefusedInOnePass() throws IOException {
        Path file = Files.writeString(directory.resolve("many.pem"), "-----BEGIN CERTIFICATE-----\n".repeat(100_000));

        assertThatThrownBy(() -> Pem.certificates(file)).isInstanceOf(EtcdException.class);
    }
}
