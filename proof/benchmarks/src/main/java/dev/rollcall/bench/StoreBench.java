package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Measures rows, or all of them, and prints what came out. */
public final class StoreBench {
    private static final List<Row> ROWS = List.of(
            new StartRow(),
            new JvmStartRow(),
            new PutRow(1),
            new PutRow(64),
            new PutRow(256),
            new GetRow(1, true),
            new GetRow(64, true),
            new GetRow(1, false),
            new GetRow(64, false),
            new WatchRow(1, 64, 10_000),
            new WatchRow(1_000, 8, 300),
            new ListRow(),
            new LeaseRow());

    private StoreBench() {}

    /**
     * {@code ROLLCALL ETCD COMMIT [ROW...]}: the script and the binary, what is measured, and which rows; a row is asked for by its name or
     * the beginning of it.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Subject.Programs programs = new Subject.Programs(Path.of(args[0]), Path.of(args[1]));
        List<String> names = Arrays.asList(args).subList(3, args.length);
        List<Row> rows = ROWS.stream()
                .filter(row -> names.isEmpty() || names.stream().anyMatch(row.name()::startsWith))
                .toList();
        if (rows.isEmpty()) {
            System.err.println(
                    "no such row; there are " + ROWS.stream().map(Row::name).toList());
            System.exit(2);
        }
        String load = Machine.load();
        long start = Time.nanos();
        Sheet sheet = new Sheet();
        try (Lab lab = new Lab(programs)) {
            for (Row row : rows) {
                System.err.println(row.name());
                takeTurns(row, lab, sheet);
            }
        }
        System.out.println(
                Machine.origin("./bench store" + (names.isEmpty() ? "" : " " + String.join(" ", names)), args[2]));
        System.out.printf(
                "- Load: %s before, %s at the end, ours included; %.0f s in all%n%n",
                load, Machine.load(), Time.secondsSince(start));
        sheet.held().forEach(System.out::println);
        System.out.println();
        sheet.beside().forEach(System.out::println);
        System.exit(0);
    }

    private static void takeTurns(Row row, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        for (int turn = 0; turn < row.warmUps() + row.turns(); turn++) {
            sheet.counts(turn >= row.warmUps());
            for (Subject subject : row.subjects()) {
                row.measure(subject, lab, sheet);
            }
        }
    }
}
