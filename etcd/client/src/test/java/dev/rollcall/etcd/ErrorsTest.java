package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {

    private static final Endpoint HERE = Endpoint.parse("https://h:1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INVALID_ARGUMENT    | etcdserver: key is not provided                               | INVALID_ARGUMENT",
                "INVALID_ARGUMENT    | etcdserver: duplicate key given in txn request                | INVALID_ARGUMENT",
                "INVALID_ARGUMENT    | etcdserver: key not found                                     | KEY_NOT_FOUND",
                "INVALID_ARGUMENT    | etcdserver: request is too large                              | TOO_LARGE",
                "RESOURCE_EXHAUSTED  | grpc: received message larger than max (2097162 vs. 2097152)  | TOO_LARGE",
                "RESOURCE_EXHAUSTED  | gRPC message exceeds maximum size 268435456: 268435457        | TOO_LARGE",
                "OUT_OF_RANGE        | etcdserver: mvcc: required revision has been compacted        | COMPACTED",
                "OUT_OF_RANGE        | etcdserver: mvcc: required revision is a future revision      | FUTURE_REVISION",
                "OUT_OF_RANGE        | etcdserver: too large lease TTL                               | LEASE_TTL_TOO_LARGE",
                "NOT_FOUND           | etcdserver: requested lease not found                         | LEASE_NOT_FOUND",
                "FAILED_PRECONDITION | etcdserver: lease already exists                              | LEASE_EXISTS",
                "RESOURCE_EXHAUSTED  | etcdserver: mvcc: database space exceeded                     | NO_SPACE",
                "UNKNOWN             | etcdserver: too many requests                                 | OVERLOADED",
                "PERMISSION_DENIED   | etcdserver: permission denied                                 | PERMISSION_DENIED",
                "UNKNOWN             | auth: permission denied                                       | PERMISSION_DENIED",
                "INVALID_ARGUMENT    | etcdserver: user name is empty                                | UNAUTHENTICATED",
                "UNAUTHENTICATED     | etcdserver: invalid auth token                                | UNAUTHENTICATED",
                "INVALID_ARGUMENT    | etcdserver: revision of auth store is old                     | UNAUTHENTICATED",
                "INVALID_ARGUMENT    | etcdserver: authentication failed, invalid user ID or password | UNAUTHENTICATED",
                "FAILED_PRECONDITION | etcdserver: authentication is not enabled                     | AUTH_NOT_ENABLED",
                "DATA_LOSS           | etcdserver: corrupt cluster                                   | CORRUPT",
                "UNAVAILABLE         | etcdserver: no leader                                         | NO_LEADER",
                "UNAVAILABLE         | etcdserver: leader changed                                    | NO_LEADER",
                "UNAVAILABLE         | etcdserver: request timed out, possibly due to connection lost | TIMEOUT",
                "UNKNOWN             | context deadline exceeded                                     | TIMEOUT",
                "DEADLINE_EXCEEDED   | etcdserver: context deadline exceeded                         | TIMEOUT",
                "UNAVAILABLE         | etcdserver: server stopped                                    | UNAVAILABLE",
                "UNAVAILABLE         | io exception                                                  | UNAVAILABLE",
                "CANCELLED           | etcdserver: request canceled                                  | UNAVAILABLE",
                "UNKNOWN             | channel closed                                                | UNAVAILABLE",
                "INTERNAL            | http2 exception: RST_STREAM closed stream                     | UNAVAILABLE",
                "UNIMPLEMENTED       | unknown service etcdserverpb.KV                               | UNSUPPORTED_SERVER",
                "UNKNOWN             | something new                                                 | INTERNAL"
            })
    void codeAndTextTogetherBecomeOneWord(Status.Code code, String text, EtcdError error) {
        assertThat(Errors.classify(code.toStatus().withDescription(text)).code())
                .isEqualTo(error);
    }

    @Test
    void aMessageSaysWhichCallAndWhereAndWhatToDo() {
        Errors.Failure failure =
                Errors.classify(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
        assertThat(Errors.of(failure, failure.code(), "put of /a", HERE))
                .hasMessageContaining("put of /a failed at https://h:1")
                .hasMessageContaining("permission denied")
                .hasMessageContaining("grant");
    }

    @Test
    void anExpiredCertificateIsCalledThat() {
        SSLHandshakeException handshake = new SSLHandshakeException("General problem");
        handshake.initCause(new CertificateExpiredException("NotAfter: yesterday"));
        EtcdException failure = refused(handshake);
        assertThat(failure.code()).isEqualTo(EtcdError.TLS);
        assertThat(failure).hasMessageContaining("expired").hasMessageContaining("yesterday");
    }

    @Test
    void anUnknownAuthorityIsCalledThat() {
        SSLHandshakeException handshake = new SSLHandshakeException("General problem");
        handshake.initCause(
                new CertPathBuilderException("unable to find valid certification path to requested target"));
        assertThat(refused(handshake)).hasMessageContaining("not trusted").hasMessageContaining("CA's PEM file");
    }

    private static EtcdException refused(Exception cause) {
        return Errors.connecting(HERE, Errors.classify(Status.UNAVAILABLE.withCause(cause)));
    }

    @Test
    void whenNoEndpointAnswersEachIsNamedWithItsReason() {
        Endpoint there = Endpoint.parse("http://h:2");
        EtcdException failure = Errors.unreachable(
                List.of(HERE, there),
                Map.of(there, new EtcdException(EtcdError.UNAVAILABLE, "http://h:2: Connection refused")));
        assertThat(failure.code()).isEqualTo(EtcdError.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("https://h:1: no answer").hasMessageContaining("Connection refused");
    }

    @Test
    void onlyFailuresThatMayPassAreTransient() {
        assertThat(EtcdError.TLS.isTransient()).isFalse();
        assertThat(EtcdError.UNAVAILABLE.isTransient()).isTrue();
    }
}
