package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Both ends of the connections that a test sends through a proxy, in one hand. Reads wait for 5 s at most. */
final class TcpEnds implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 5_000;

    private final List<Socket> sockets = new ArrayList<>();
    private final ServerSocket listener;

    TcpEnds() throws IOException {
        listener = new ServerSocket(Ports.free(), 50, Ports.LOOPBACK);
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    String endpoint() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Connects, to a proxy for instance. */
    Socket connect(String endpoint) throws IOException {
        URI uri = URI.create(endpoint);
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MILLIS);
        return ready(socket);
    }

    /** The next connection that arrives at the server's end. */
    Socket accept() throws IOException {
        Socket socket = listener.accept();
        sockets.add(socket);
        return ready(socket);
    }

    private static Socket ready(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }
}
