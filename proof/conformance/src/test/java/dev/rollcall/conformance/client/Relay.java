package dev.rollcall.conformance.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections at another address of this machine on to a port of it. */
final class Relay implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private Relay(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Listens at {@code address}, at a port or, for 0, at any. */
    static Relay at(String address, int port, int target) {
        try {
            Relay relay = new Relay(new ServerSocket(port, 50, InetAddress.getByName(address)), target);
            pump("accept", relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections were passed on. */
    int passed() {
        return open.size() / 2;
    }

    private void accept() throws IOException {
        while (true) {
            Socket in = server.accept();
            open.add(in);
            Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(out);
            pump("there", () -> in.getInputStream().transferTo(out.getOutputStream()));
            pump("back", () -> out.getInputStream().transferTo(in.getOutputStream()));
        }
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static void pump(String name, Transfer transfer) {
        Thread thread = new Thread(
                () -> {
                    try {
                        transfer.run();
                    } catch (IOException e) {
                        // The test, or one side of the connection, has ended.
                    }
                },
                "test-relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends it and every connection. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
