package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.CapturedLines;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClaimLogTest extends RegistrarScaffold {

    @RegisterExtension
    final CapturedLines lines = new CapturedLines(Registrar.class);

    @Test
    void aRegistrationIsALineWithItsKeyAndRevision() {
        registrar.register(USER).awaitRegistered(SOON);

        long revision = stored(USER).orElseThrow().modRevision();
        assertThat(lines.beginning("registered: "))
                .singleElement()
                .asString()
                .contains("services/user/", ", revision " + revision);
    }

    @Test
    void aLineThatHoldsForeignTextIsShort() {
        Instance wordy = Instance.builder("user")
                .id("x".repeat(250))
                .endpoint("10.0.0.7:8080")
                .build();
        registrar.register(wordy).awaitRegistered(SOON);

        assertThat(lines.beginning("registered: ")).singleElement().asString().hasSize(256);
    }

    @Test
    void ofManyRegistrationsAtOnceOnlyTheirNumberIsWritten() {
        Collection<Instance> instances = many(100);
        for (Registration one : registrar.registerAll(instances)) {
            one.awaitRegistered(SOON);
        }

        await().atMost(SOON)
                .until(() -> lines.beginning("and more").equals(List.of("and more within a minute: {registered=95}")));
        assertThat(lines.beginning("registered: ")).hasSize(5);

        registrar.close();

        assertThat(lines.beginning("deregistered: ")).isEmpty();
        assertThat(lines.beginning("and more")).last().isEqualTo("and more within a minute: {deregistered=100}");
    }
}
