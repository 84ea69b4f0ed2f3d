package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestCertificatesTest {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final TestCertificates certificates = TestCertificates.generate();

    @Test
    void theAuthoritySignedEveryCertificate() throws Exception {
        X509Certificate authority = read(certificates.authority());
        assertThat(authority.getBasicConstraints()).isNotNegative();
        authority.verify(authority.getPublicKey());
        for (TestCertificates.Identity identity : List.of(certificates.server(), certificates.client("alice"))) {
            X509Certificate certificate = read(identity.certificate());
            certificate.verify(authority.getPublicKey());
            certificate.checkValidity();
            assertThat(certificate.getBasicConstraints()).isNegative();
            assertThat(identity.key()).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
        }
    }

    @Test
    void theServerIsNamedForLoopback() throws Exception {
        assertThat(read(certificates.server().certificate()).getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(DNS_NAME, "localhost"),
                        List.of(IP_ADDRESS, "127.0.0.1"),
                        List.of(IP_ADDRESS, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void aClientCarriesItsCommonNameAndKeepsItsFiles() throws Exception {
        TestCertificates.Identity alice = certificates.client("alice");
        assertThat(read(alice.certificate()).getSubjectX500Principal().getName())
                .isEqualTo("CN=alice");
        assertThat(certificates.client("alice")).isEqualTo(alice);
        assertThat(certificates.client("bob")).isNotEqualTo(alice);
    }

    @Test
    void certificatesThatAreOfNoUseAreSo() throws Exception {
        PublicKey authority = read(certificates.authority()).getPublicKey();
        X509Certificate expired = read(certificates.expired("a").certificate());
        expired.verify(authority);
        assertThatThrownBy(expired::checkValidity).isInstanceOf(CertificateExpiredException.class);
        X509Certificate future = read(certificates.notYetValid("a").certificate());
        future.verify(authority);
        assertThatThrownBy(future::checkValidity).isInstanceOf(CertificateNotYetValidException.class);
        X509Certificate own = read(certificates.selfSigned("a").certificate());
        own.verify(own.getPublicKey());
        own.checkValidity();
    }

    private static X509Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
