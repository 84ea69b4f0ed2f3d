package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A part of the wire contract. */
abstract class Contract {

    private @Nullable Wire wire;

    @BeforeEach
    void connect(TestEtcd etcd) {
        wire = new Wire(etcd);
    }

    @AfterEach
    void disconnect() {
        wire().close();
    }

    Wire wire() {
        return java.util.Objects.requireNonNull(wire, "no test is running");
    }

    /** Waits until there are so many keys below a prefix. */
    void awaitKeys(String prefix, int count) {
        Awaitility.await().until(() -> wire().prefix(prefix).getCount() == count);
    }

    static void refused(Status.Code code, String text, ThrowingCallable call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refusal).as("refused with %s %s", code, text).isNotNull();
        assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    }
}
