package dev.rollcall.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulation finds what is wrong: a few bugs here, all of them by {@code tools/planted-bugs}. */
class PlantedBugsTest {

    private static final int CPU_SECONDS = 120;

    private final PlantedBugs bugs =
            new PlantedBugs(Path.of("../..").toAbsolutePath().normalize());

    @Test
    void everyBugCanStillBePlanted() {
        List<PlantedBug> all = bugs.all();

        assertThat(all).hasSizeGreaterThanOrEqualTo(20);
        for (PlantedBug bug : all) {
            assertThatCode(() -> bug.planted(bugs.root())).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"created-header", "last-of-batch", "lease-leaks"})
    void aPlantedBugIsFound(String name) {
        PlantedBug bug = bugs.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();

        assertThat(bugs.hunt(bug, CPU_SECONDS).invariant()).as(bug.what()).isNotEmpty();
    }
}
