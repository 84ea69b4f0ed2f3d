package dev.rollcall.bench;

import java.io.IOException;
import java.time.Duration;

/** Durable puts by some writers at once. */
record PutRow(int writers) implements Row {
    private static final Duration SETTLING = Duration.ofMillis(300);
    private static final Duration COUNTING = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "put-" + writers;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        Server server = lab.server(subject);
        try (Connections connections = Connections.open(server.port(), Math.min(writers, Connections.MANY))) {
            Requests requests = new Requests(connections);
            ClosedLoop.Pace pace = ClosedLoop.run(server, writers, SETTLING, COUNTING, requests::put);
            String what = "durable puts, " + writers + (writers == 1 ? " writer" : " writers");
            sheet.note(subject, what, "per s", Bar.AT_LEAST_ETCD, pace.perSecond());
            pace.explain(sheet, subject, what);
        }
    }
}
