package dev.rollcall.conformance.seed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A stretch of network between a client and a store: it can be cut, and it can swallow everything for a while. */
final class Relay implements AutoCloseable {

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService pumps = Executors.newCachedThreadPool();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled;
    private volatile boolean closed;

    Relay(String endpoint) {
        URI uri = URI.create(endpoint);
        target = new InetSocketAddress(uri.getHost(), uri.getPort());
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pumps.execute(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Nothing passes in either direction until {@link #flow}; connections stay open. */
    void stall() {
        setStalled(true);
    }

    void flow() {
        setStalled(false);
    }

    private void setStalled(boolean now) {
        lock.lock();
        try {
            stalled = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Breaks every connection; new ones are accepted at once. */
    void cut() {
        sockets.forEach(Relay::closeQuietly);
        sockets.clear();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                Socket store = new Socket();
                sockets.add(client);
                sockets.add(store);
                pumps.execute(() -> connectAndPump(client, store));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connectAndPump(Socket client, Socket store) {
        try {
            store.connect(target, 2000);
            pumps.execute(() -> pump(store, client));
            pump(client, store);
        } catch (IOException | java.util.concurrent.RejectedExecutionException e) {
            closeQuietly(client);
            closeQuietly(store);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16_384];
        try {
            int read = from.getInputStream().read(buffer);
            while (read >= 0) {
                awaitFlow();
                to.getOutputStream().write(buffer, 0, read);
                read = from.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // One end is gone: the other follows.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private void awaitFlow() throws IOException {
        lock.lock();
        try {
            while (stalled && !closed) {
                changed.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as closed as it will be.
        }
    }

    @Override
    public void close() {
        closed = true;
        flow();
        cut();
        try {
            server.close();
            pumps.shutdownNow();
            if (!pumps.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the relay did not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
