package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.cli.terminal.Console;
import org.junit.jupiter.api.Test;

class CommandFirstTest {

    private static String arranged(String line) {
        return String.join(" ", CommandFirst.arrange(Main.commandLine(Console.ofProcess()), line.split(" ")));
    }

    @Test
    void optionsBeforeTheCommandAreMovedBehindIt() {
        assertThat(arranged("--endpoints http://h:1 get /a")).isEqualTo("get --endpoints http://h:1 /a");
        assertThat(arranged("--endpoints=http://h:1 -o json get /a"))
                .isEqualTo("get --endpoints=http://h:1 -o json /a");
    }

    @Test
    void theyAreMovedBehindTheActionOfACommandThatHasActions() {
        assertThat(arranged("--endpoints h:1 lease grant 30")).isEqualTo("lease grant --endpoints h:1 30");
    }

    @Test
    void whatTheTopUnderstandsStays() {
        assertThat(arranged("--debug --endpoints h:1 get /a")).isEqualTo("--debug get --endpoints h:1 /a");
        assertThat(arranged("--version")).isEqualTo("--version");
    }

    @Test
    void whatNobodyUnderstandsStaysForTheErrorMessage() {
        assertThat(arranged("--nonsense get /a")).isEqualTo("--nonsense get /a");
        assertThat(arranged("get /a --endpoints h:1")).isEqualTo("get /a --endpoints h:1");
    }
}
