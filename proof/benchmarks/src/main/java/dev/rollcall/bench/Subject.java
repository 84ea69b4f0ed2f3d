package dev.rollcall.bench;

import java.nio.file.Path;
import java.util.List;

/** A store that is measured, as a process that keeps its data on disk and forces every write. */
enum Subject {
    /** The command line of a user. */
    ROLLCALL("rollcall") {
        @Override
        List<String> command(Programs programs, Path data, int port) {
            return List.of(
                    programs.rollcall().toString(),
                    "serve",
                    "--data-dir",
                    data.toString(),
                    "--listen-client-urls",
                    Server.url(port));
        }
    },

    /** With its defaults; fsync is one of them. */
    ETCD("etcd 3.5.16") {
        @Override
        List<String> command(Programs programs, Path data, int port) {
            return Members.command(programs, data, port, List.of(Server.freePort()), 0);
        }
    };

    private final String title;

    Subject(String title) {
        this.title = title;
    }

    /** How to start it on an empty directory, serving clients at a port of the loopback interface. */
    abstract List<String> command(Programs programs, Path data, int port);

    @Override
    public String toString() {
        return title;
    }

    /**
     * Where the two are.
     *
     * @param rollcall the script {@code rollcall}
     * @param etcd the binary
     */
    record Programs(Path rollcall, Path etcd) {}
}
