package dev.rollcall.bench;

import java.io.IOException;
import java.time.Duration;

/** Reads of one key each, by some readers at once: of what the member has, or of what the whole cluster agrees on. */
record GetRow(int readers, boolean serializable) implements Row {
    private static final Duration SETTLING = Duration.ofMillis(300);
    private static final Duration COUNTING = Duration.ofMillis(1500);

    @Override
    public String name() {
        return "get-" + kind() + "-" + readers;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        Server server = lab.server(subject);
        try (Connections connections = Connections.open(server.port(), Math.min(readers, Connections.MANY))) {
            Requests requests = new Requests(connections);
            ClosedLoop.Pace pace = serializable
                    ? ClosedLoop.run(server, readers, SETTLING, COUNTING, requests::serializableGet)
                    : ClosedLoop.run(server, readers, SETTLING, COUNTING, requests::linearizableGet);
            String what = kind() + " reads, " + readers + (readers == 1 ? " reader" : " readers");
            sheet.note(subject, what, "per s", Bar.AT_LEAST_ETCD, pace.perSecond());
            pace.explain(sheet, subject, what);
        }
    }

    private String kind() {
        return serializable ? "serializable" : "linearizable";
    }
}
