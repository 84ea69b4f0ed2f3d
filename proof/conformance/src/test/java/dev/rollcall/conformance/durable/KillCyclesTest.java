package dev.rollcall.conformance.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few of the cycles of {@code tools/crash-store}. */
class KillCyclesTest {

    @Test
    void aServerThatIsKilledLosesNothing(@TempDir Path directory) {
        assertThat(KillCycles.run(directory, 4, System.nanoTime())).contains("nothing lost");
    }
}
