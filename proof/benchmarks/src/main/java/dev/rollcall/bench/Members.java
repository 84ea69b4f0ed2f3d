package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of real etcds on this machine, with their defaults; fsync is one of them. */
final class Members implements AutoCloseable {

    private final List<Server> servers;

    private Members(List<Server> servers) {
        this.servers = servers;
    }

    /** Starts so many, and waits until the first one answers: then there is a leader. */
    static Members launch(Subject.Programs programs, int count) throws IOException, InterruptedException {
        List<Integer> peerPorts =
                IntStream.range(0, count).mapToObj(i -> Server.freePort()).toList();
        Members members = new Members(new ArrayList<>());
        try {
            for (int i = 0; i < count; i++) {
                int me = i;
                members.servers.add(Server.launch((data, port) -> command(programs, data, port, peerPorts, me)));
            }
            FirstAnswer.await(members.first());
            return members;
        } catch (IOException | InterruptedException | RuntimeException e) {
            members.close();
            throw e;
        }
    }

    /** How one is started, of those with these ports for each other. */
    static List<String> command(Subject.Programs programs, Path data, int port, List<Integer> peerPorts, int number) {
        String client = Server.url(port);
        String peer = Server.url(peerPorts.get(number));
        String cluster = IntStream.range(0, peerPorts.size())
                .mapToObj(i -> "bench-" + i + "=" + Server.url(peerPorts.get(i)))
                .collect(Collectors.joining(","));
        return List.of(
                programs.etcd().toString(),
                "--name=bench-" + number,
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + cluster);
    }

    /** The one that clients are told of, be it the leader or not. */
    Server first() {
        return servers.get(0);
    }

    @Override
    public void close() {
        servers.forEach(Server::close);
    }
}
