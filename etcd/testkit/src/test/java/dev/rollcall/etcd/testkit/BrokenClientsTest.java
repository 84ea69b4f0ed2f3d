package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Clients of the embedded server whose connections break in the middle of an answer. */
class BrokenClientsTest {

    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private final List<String> written = new CopyOnWriteArrayList<>();

    @Test
    void theyFillNoLog() {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (isLoggable(record)) {
                    written.add(record.getLoggerName() + ": " + record.getThrown());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.INFO);
        GRPC.addHandler(handler);
        try (TestEtcd etcd = EtcdSpec.embedded().start();
                RawClient writer = new RawClient(etcd)) {
            writer.put("k", "x".repeat(1_000_000));
            for (int i = 0; i < 10; i++) {
                try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoints().get(0));
                        RawClient reader =
                                new RawClient(List.of(proxy.endpoint()), InsecureChannelCredentials.create())) {
                    proxy.upcoming().toClient(Fault.reset().after(100_000));
                    assertThatThrownBy(() -> reader.get("k")).isInstanceOf(StatusRuntimeException.class);
                    assertThat(proxy.counters().acted(Fault.Kind.RESET)).isPositive();
                }
            }
            assertThat(writer.get("k")).hasSize(1_000_000);
        } finally {
            GRPC.removeHandler(handler);
        }
        assertThat(written).isEmpty();
    }
}
