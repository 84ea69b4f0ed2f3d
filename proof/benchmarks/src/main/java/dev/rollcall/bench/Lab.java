package dev.rollcall.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** One server of each kind, started when it is first needed, warm, and up to the end of the run. Not safe for use by several threads. */
final class Lab implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofMillis(500);
    private static final Duration CHUNK = Duration.ofSeconds(3);
    private static final int MOST_CHUNKS = 8;

    /** Answers of each kind after which the JVM has compiled what they need. */
    private static final int WARM = 60_000;

    private final Subject.Programs programs;
    private final Map<Subject, Server> servers = new EnumMap<>(Subject.class);

    Lab(Subject.Programs programs) {
        this.programs = programs;
    }

    Subject.Programs programs() {
        return programs;
    }

    /** Both are up and idle before the first is measured, so that both are measured beside the other. */
    Server server(Subject subject) throws IOException, InterruptedException {
        if (servers.isEmpty()) {
            for (Subject each : Subject.values()) {
                Server server = Server.launch(each, programs);
                servers.put(each, server);
                FirstAnswer.await(server);
                warm(server);
            }
        }
        Server server = servers.get(subject);
        if (server == null) {
            throw new IllegalStateException("the servers did not come up");
        }
        server.requireAlive();
        return server;
    }

    /** By work and not by time, so that a busy machine does not leave one of them cold. */
    private static void warm(Server server) throws InterruptedException {
        try (Connections connections = Connections.open(server.port(), Connections.MANY)) {
            Requests requests = new Requests(connections);
            double puts = 0;
            double gets = 0;
            for (int i = 0; i < MOST_CHUNKS && Math.min(puts, gets) < WARM; i++) {
                puts += answers(ClosedLoop.run(server, 256, SETTLING, CHUNK, requests::put));
                gets += answers(ClosedLoop.run(server, 64, SETTLING, CHUNK, requests::linearizableGet));
            }
        }
    }

    private static double answers(ClosedLoop.Pace pace) {
        return pace.perSecond() * CHUNK.toSeconds();
    }

    @Override
    public void close() {
        servers.values().forEach(Server::close);
        servers.clear();
    }
}
