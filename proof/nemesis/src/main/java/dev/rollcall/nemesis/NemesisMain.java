package dev.rollcall.nemesis;

import dev.rollcall.nemesis.check.Checker;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tools/nemesis}. */
@Command(
        name = "nemesis",
        mixinStandardHelpOptions = true,
        description =
                "Plays rounds of faults on real processes, and judges what they saw. Ends with 1 where an invariant did not hold.")
final class NemesisMain implements Callable<Integer> {

    @Option(
            names = "--minutes",
            defaultValue = "5",
            description = "How long; no round begins afterwards. Default: ${DEFAULT-VALUE}")
    private int minutes = 5;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The seed of the first round; each round has the next one. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--stores",
            defaultValue = "single35,cluster35,embedded,mixed,auth,cluster34,single34",
            description = "Which stores, in turn. Default: ${DEFAULT-VALUE}")
    private String stores = "";

    @Option(names = "--faults", defaultValue = "", description = "Which faults, with commas; all where none is named.")
    private String faults = "";

    @Option(
            names = "--round",
            defaultValue = "80",
            description = "Seconds of faults in a round. Default: ${DEFAULT-VALUE}")
    private int roundSeconds = 80;

    @Option(names = "--rounds", defaultValue = "1000", description = "The most rounds.")
    private int mostRounds = 1_000;

    @Option(
            names = "--work",
            defaultValue = "target/nemesis",
            description = "Where journals lie. Kept where a round was not clean. Default: ${DEFAULT-VALUE}")
    private Path work = Path.of("target/nemesis");

    @Option(names = "--keep", description = "Keep the journals of clean rounds, too.")
    private boolean keep;

    @Option(names = "--check", description = "Judges the journals of this directory again, and plays nothing.")
    private Path judged = Path.of("");

    public static void main(String[] args) {
        System.exit(new CommandLine(new NemesisMain()).execute(args));
    }

    @Override
    public Integer call() {
        Report report = new Report(System.out);
        if (!judged.toString().isEmpty()) {
            var lines = Journal.readAll(judged);
            report.add(judged.toString(), lines, Checker.judge(lines));
        } else {
            play(report);
        }
        report.print();
        return report.clean() ? 0 : 1;
    }

    private void play(Report report) {
        List<StoreChoice> choices =
                Arrays.stream(stores.split(",")).map(StoreChoice::of).toList();
        Rounds rounds = new Rounds(work, Faults.named(faults), keep);
        long until = Monotonic.nanos() + Duration.ofMinutes(minutes).toNanos();
        for (int i = 0; i < mostRounds && Monotonic.nanos() < until; i++) {
            rounds.play(
                    choices.get(i % choices.size()), seed + i, 1_000, Duration.ofSeconds(roundSeconds), false, report);
        }
    }
}
