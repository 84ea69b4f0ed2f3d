package dev.rollcall.bench;

import java.io.IOException;

/** From the start of a process on an empty directory to its first answer. */
final class StartRow implements Row {
    private static final double BAR_SECONDS = 1.5;

    @Override
    public String name() {
        return "start-process";
    }

    @Override
    public int turns() {
        return 7;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        long start = Time.nanos();
        try (Server server = Server.launch(subject, lab.programs())) {
            FirstAnswer.await(server);
            double seconds = Time.secondsSince(start);
            sheet.note(subject, "a fresh process, until its first answer", "s", Bar.atMost(BAR_SECONDS), seconds);
            sheet.note(
                    subject,
                    "a fresh process, until its first answer: processor time",
                    "s",
                    server.cpu().toNanos() / 1e9);
        }
    }
}
