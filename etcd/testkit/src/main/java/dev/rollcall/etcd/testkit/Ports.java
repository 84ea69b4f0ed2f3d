package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
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
    private static final int BLOCKS = 340;
    private static final int BLOCK = 64;
    private static final int ATTEMPTS = 1_000;
    private static final int CONNECT_MILLIS = 500;
    private static final List<ServerSocket> GUARDS = new ArrayList<>();
    private static int next;
    private static int end;

    private Ports() {}

    /** A port on which nobody listens now, and which no JVM of the machine that uses this class is or was given while this one lives. */
    static int free() {
        synchronized (GUARDS) {
            for (int i = 0; i < ATTEMPTS; i++) {
                if (next == end && !takeBlock()) {
                    continue;
                }
                int port = next++;
                if (bindable(port)) {
                    return port;
                }
            }
        }
        throw new IllegalStateException(
                "no free port between " + LOWEST + " and " + (LOWEST + BLOCKS * BLOCK) + " on " + LOOPBACK);
    }

    /** A block belongs to the JVM that listens on its first port, until it ends. */
    private static boolean takeBlock() {
        int first = LOWEST + BLOCK * ThreadLocalRandom.current().nextInt(BLOCKS);
        try {
            GUARDS.add(new ServerSocket(first, 1, LOOPBACK));
        } catch (IOException taken) {
            return false;
        }
        next = first + 1;
        end = first + BLOCK;
        return true;
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
