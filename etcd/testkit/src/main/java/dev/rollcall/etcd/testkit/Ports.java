package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports of the loopback interface.
 *
 * <p>They lie below the range from which systems take the ports of outgoing connections. A stopped etcd must find its port free
 * when it returns, and a client that reconnects to a port of that range may even get a connection to itself.
 */
final class Ports {

    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final int LOWEST = 10_000;
    private static final int BEYOND = 32_000;
    private static final int ATTEMPTS = 1_000;
    private static final int CONNECT_MILLIS = 500;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /** A port on which nobody listens now and which this JVM was not given before; another process may still be faster. */
    static int free() {
        synchronized (GIVEN) {
            for (int i = 0; i < ATTEMPTS; i++) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
                if (!GIVEN.contains(port) && bindable(port)) {
                    GIVEN.add(port);
                    return port;
                }
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + BEYOND + " on " + LOOPBACK);
    }

    static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean bindable(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
