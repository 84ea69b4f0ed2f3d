package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one thread of a proxy: it owns the listening port and every connection, and runs the commands of others in between. */
final class ProxyLoop {

    private static final int BACKLOG = 128;
    private static final int BUFFER = 64 * 1024;
    private static final long PATIENCE_SECONDS = 3;
    private static final long BIND_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BIND_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    final ProxyCounts counts = new ProxyCounts();
    final InetSocketAddress address;

    /** What connections begin with. Read and written by the loop. */
    Fault newToServer = Fault.pass();

    Fault newToClient = Fault.pass();
    boolean silent;

    private final InetSocketAddress target;
    private final Selector selector;
    private final Queue<FutureTask<?>> commands = new ConcurrentLinkedQueue<>();
    private final Pace paceToServer = new Pace(Await.nanoTime());
    private final Pace paceToClient = new Pace(Await.nanoTime());
    private final List<ProxiedConnection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Thread thread;
    private @Nullable ServerSocketChannel listener;
    private @Nullable SocketChannel portHolder;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    ProxyLoop(InetSocketAddress target) {
        this.target = target;
        address = new InetSocketAddress(Ports.LOOPBACK, Ports.free());
        try {
            selector = Selector.open();
            listen();
        } catch (IOException e) {
            throw new UncheckedIOException("no proxy on " + address, e);
        }
        thread = new Thread(this::run, "rollcall-testkit-proxy-" + address.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a command on the loop and waits until it is done. */
    void run(Runnable command) {
        FutureTask<?> task = new FutureTask<>(command, null);
        commands.add(task);
        selector.wakeup();
        if (!thread.isAlive()) {
            task.cancel(false);
        }
        try {
            task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (CancellationException e) {
            throw new IllegalStateException("the proxy on " + address + " is closed", failure);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the proxy on " + address + " did not do it: " + e, e);
        }
    }

    void forEach(Consumer<ProxiedConnection> what) {
        connections.forEach(what);
        flushClosed();
    }

    /** Opens the port, if it is closed. */
    void listen() {
        if (listener != null) {
            return;
        }
        try {
            if (portHolder != null) {
                portHolder.close();
                portHolder = null;
            }
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, ProxiedConnection.RECEIVE_BUFFER);
            bind(channel, () -> channel.bind(address, BACKLOG));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            listener = channel;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + address + " does not open", e);
        }
    }

    /** Closes the port, and keeps it from everybody else with a socket that is bound and does not listen. */
    void refuse() {
        if (listener == null) {
            return;
        }
        try {
            listener.close();
            listener = null;
            flushClosed();
            SocketChannel holder = SocketChannel.open();
            holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            bind(holder, () -> holder.bind(address));
            portHolder = holder;
            counts.acted(Fault.Kind.REFUSE);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + address + " does not close", e);
        }
    }

    /** Waits for the port: a process that this JVM is just starting has our sockets too, for a moment. */
    private static void bind(NetworkChannel channel, Binding binding) throws IOException {
        long until = Await.nanoTime() + BIND_NANOS;
        try {
            while (true) {
                try {
                    binding.bind();
                    return;
                } catch (BindException taken) {
                    if (Await.nanoTime() - until > 0) {
                        throw taken;
                    }
                    LockSupport.parkNanos(BIND_PAUSE_NANOS);
                }
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private interface Binding {
        void bind() throws IOException;
    }

    /** Connections that were accepted silently go on. */
    void dialAll() {
        connections.forEach(connection -> connection.dial(target));
    }

    private void run() {
        try {
            while (!closing) {
                turn();
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            end();
        }
    }

    private void turn() throws IOException {
        runCommands();
        long now = Await.nanoTime();
        long wait = OneWay.NOTHING;
        for (ProxiedConnection connection : connections) {
            wait = Math.min(wait, connection.advance(now));
        }
        connections.removeIf(ProxiedConnection::gone);
        if (closing) {
            return;
        }
        if (wait <= 0) {
            selector.selectNow();
        } else {
            selector.select(wait == OneWay.NOTHING ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(wait));
        }
        long later = Await.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof ProxiedConnection connection) {
                connection.ready(key, buffer, later);
            }
        }
        selector.selectedKeys().clear();
        accept(later);
    }

    private void accept(long now) throws IOException {
        while (listener != null) {
            SocketChannel client = listener.accept();
            if (client == null) {
                return;
            }
            ProxiedConnection connection =
                    new ProxiedConnection(client, selector, counts, paceToServer, paceToClient, now);
            connections.add(connection);
            connection.set(newToServer, newToClient, now);
            if (silent) {
                counts.acted(Fault.Kind.SILENT_ACCEPT);
            } else {
                connection.dial(target);
            }
        }
    }

    private void runCommands() {
        FutureTask<?> command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
    }

    /** The system closes a socket only when the selector has let go of it. */
    private void flushClosed() {
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends every connection and the thread; waits for it 3 s at most. */
    void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        connections.forEach(ProxiedConnection::close);
        try {
            if (listener != null) {
                listener.close();
            }
            if (portHolder != null) {
                portHolder.close();
            }
            selector.close();
        } catch (IOException e) {
            failure = e;
        }
        commands.forEach(command -> command.cancel(false));
    }
}
