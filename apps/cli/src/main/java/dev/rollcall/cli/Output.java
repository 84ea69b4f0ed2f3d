package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How data is written: a table for people, JSON for programs. */
final class Output {

    enum Format {
        TABLE,
        JSON
    }

    private final Console console;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "Default: table on a terminal, json elsewhere.")
    private @Nullable Format format;

    Output(Console console) {
        this.console = console;
    }

    boolean isJson() {
        return format == null ? !console.terminal() : format == Format.JSON;
    }

    /** Writes a list: a table, or a JSON array with one object to the line. */
    void list(Table table, List<Json> objects) {
        if (isJson()) {
            console.emit(
                    objects.isEmpty()
                            ? "[]"
                            : objects.stream().map(Json::toString).collect(Collectors.joining(",\n ", "[", "]")));
        } else {
            console.emit(String.join("\n", table.lines()));
        }
    }

    /** Writes one thing: a table of one row, or a JSON object. */
    void one(Table table, Json object) {
        console.emit(isJson() ? object.toString() : String.join("\n", table.lines()));
    }

    /** Writes one event at once, as a line or as a JSON object; false if nobody reads any more. */
    boolean event(String line, Json object) {
        return console.emit(isJson() ? object.toString() : line);
    }
}
