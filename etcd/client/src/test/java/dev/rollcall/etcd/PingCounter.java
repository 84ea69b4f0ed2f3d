package dev.rollcall.etcd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a server in plain text, and counts the HTTP/2 pings with which clients ask whether it is there. */
final class PingCounter implements AutoCloseable {

    private static final int PREFACE = 24;
    private static final int PING = 6;
    private static final int ACK = 1;

    /** What gRPC writes into such a ping; those that measure the bandwidth, after data came, say something else. */
    private static final long KEEP_ALIVE = 1111;

    private interface Transfer {
        void run() throws IOException;
    }

    private final ServerSocket server;
    private final int target;
    private final AtomicInteger pings = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private PingCounter(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static PingCounter inFrontOf(String endpoint) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PingCounter counter = new PingCounter(server, URI.create(endpoint).getPort());
        start("accept", counter::accept);
        return counter;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int pings() {
        return pings.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.addAll(List.of(client, there));
            start("there", () -> frames(client, there));
            start("back", () -> there.getInputStream().transferTo(client.getOutputStream()));
        }
    }

    private void frames(Socket from, Socket to) throws IOException {
        DataInputStream in = new DataInputStream(from.getInputStream());
        DataOutputStream out = new DataOutputStream(to.getOutputStream());
        out.write(in.readNBytes(PREFACE));
        while (true) {
            int lengthAndType = in.readInt();
            byte flags = in.readByte();
            int stream = in.readInt();
            byte[] content = in.readNBytes(lengthAndType >>> 8);
            out.writeInt(lengthAndType);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(content);
            boolean asks = (lengthAndType & 0xff) == PING && (flags & ACK) == 0;
            if (asks && java.nio.ByteBuffer.wrap(content).getLong() == KEEP_ALIVE) {
                pings.incrementAndGet();
            }
        }
    }

    private static void start(String name, Transfer transfer) {
        Thread thread = new Thread(
                () -> {
                    try {
                        transfer.run();
                    } catch (IOException e) {
                        // One side has ended.
                    }
                },
                "test-ping-counter-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
