package dev.rollcall.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableTest {

    @Test
    void columnsAreAlignedAndAnEmptyCellIsADash() {
        Table table = new Table("KEY", "N").row("services/user/1", 7).row("x", "");
        assertThat(table.lines()).containsExactly("KEY              N", "services/user/1  7", "x                -");
    }

    @Test
    void aCellCannotBreakOutOfItsRow() {
        assertThat(new Table("A").row("1\n2\u001b[2J").lines()).containsExactly("A", "1\\n2\\x1b[2J");
    }
}
