package dev.rollcall.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Hello;
import dev.rollcall.Rollcall;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.registration.Registration;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples do what their pages say. */
class ExamplesTest {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    @Test
    void theFirstLinesRegisterFollowAndPick(TestEtcd etcd) {
        assertThat(FirstLines.run(etcd.endpoints().get(0)).endpoint()).hasToString("10.0.0.7:8080");
    }

    @Test
    void thePlainFormatIsThatOfTheCppPrograms(TestEtcd etcd) {
        try (Rollcall rollcall = FirstLines.plain(etcd.endpoints().get(0));
                Registration me = FirstLines.besideCpp(rollcall)) {
            me.awaitRegistered(Duration.ofSeconds(10));
            assertThat(rollcall.etcd()
                            .kv()
                            .get("/service/user/1")
                            .orElseThrow()
                            .value()
                            .utf8())
                    .isEqualTo("10.0.0.7:8080");
        }
    }

    @Test
    void theNewProjectPrintsWhatTheReadmePromises() {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Hello.main(new String[0]);
        } finally {
            System.setOut(console);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("call 10.0.0.7:8080");
    }
}
