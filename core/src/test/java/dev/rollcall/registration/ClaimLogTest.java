package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.CapturedLines;
import java.util.Collection;
import java.util.regex.Pattern;
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

        await().atMost(SOON).until(() -> !lines.beginning("and more").isEmpty());
        assertThat(lines.beginning("registered: ")).hasSize(5);

        registrar.close();

        assertThat(lines.beginning("deregistered: ")).isEmpty();
        assertThat(lines.beginning("and more")).hasSizeBetween(2, 3);
        assertThat(leftOut("registered")).isEqualTo(95);
        assertThat(leftOut("deregistered")).isEqualTo(100);
    }

    /** How many are counted in all sums; a slow machine needs more than one for what comes at once. */
    private int leftOut(String what) {
        Pattern number = Pattern.compile("\\b" + what + "=(\\d+)");
        return lines.beginning("and more within a minute: ").stream()
                .flatMap(line -> number.matcher(line).results())
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .sum();
    }
}
