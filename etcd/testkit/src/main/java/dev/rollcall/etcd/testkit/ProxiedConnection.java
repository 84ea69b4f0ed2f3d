package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A client's connection to a proxy, and the proxy's to the server. All methods are called by the proxy's thread. */
final class ProxiedConnection {

    /** Small, so that a stalled or slow receiver is soon felt by the sender. */
    static final int RECEIVE_BUFFER = 64 * 1024;

    private final OneWay toServer;
    private final OneWay toClient;
    private final ProxyCounts counts;
    private final SocketChannel client;
    private final SelectionKey clientKey;
    private @Nullable SocketChannel server;
    private @Nullable SelectionKey serverKey;
    private boolean gone;

    ProxiedConnection(
            SocketChannel client, Selector selector, ProxyCounts counts, Pace paceToServer, Pace paceToClient, long now)
            throws IOException {
        this.client = client;
        this.counts = counts;
        client.configureBlocking(false);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        clientKey = client.register(selector, 0, this);
        long number = counts.accepted.incrementAndGet();
        counts.open.incrementAndGet();
        toServer = new OneWay(counts, counts.toServer, paceToServer, 2 * number, now);
        toClient = new OneWay(counts, counts.toClient, paceToClient, 2 * number + 1, now);
    }

    /** Connects to the server; a connection that has been left alone until now goes on with that. */
    void dial(InetSocketAddress target) {
        if (gone || server != null) {
            return;
        }
        try {
            SocketChannel channel = SocketChannel.open();
            server = channel;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            serverKey = channel.register(clientKey.selector(), SelectionKey.OP_CONNECT, this);
            channel.connect(target);
        } catch (IOException e) {
            undialled();
        }
    }

    private void undialled() {
        counts.undialled.incrementAndGet();
        lost(false);
    }

    boolean gone() {
        return gone;
    }

    /** The selector found one of the two sockets ready. */
    void ready(SelectionKey key, ByteBuffer buffer, long now) {
        if (!key.isValid()) {
            return;
        }
        if (key.isConnectable()) {
            connect();
        } else if (key.isReadable()) {
            read(key == clientKey, buffer, now);
        }
    }

    private void connect() {
        try {
            if (server != null && server.finishConnect() && serverKey != null) {
                serverKey.interestOps(0);
            }
        } catch (IOException e) {
            undialled();
        }
    }

    private void read(boolean fromClient, ByteBuffer buffer, long now) {
        SocketChannel from = fromClient ? client : server;
        try {
            if (from != null) {
                (fromClient ? toServer : toClient).read(from, buffer, now);
            }
        } catch (IOException e) {
            lost(fromClient);
        }
    }

    /**
     * Does what is due.
     *
     * @return after how many nanoseconds there is more to do, or {@link OneWay#NOTHING}
     */
    long advance(long now) {
        SocketChannel far = server;
        boolean joined = !gone && far != null && (far.isConnected() || !far.isOpen());
        long wait = OneWay.NOTHING;
        if (joined && far != null) {
            wait = Math.min(write(toServer, far, false, now), write(toClient, client, true, now));
        }
        if (due(toServer, Fault.Kind.RESET) || due(toClient, Fault.Kind.RESET)) {
            reset();
        } else if (joined && far != null) {
            end(far);
        }
        if (joined && toServer.over() && toClient.over()) {
            close();
        }
        if (gone) {
            return OneWay.NOTHING;
        }
        if (joined) {
            listen(clientKey, toServer, toClient);
            listen(serverKey, toClient, toServer);
        }
        return wait;
    }

    private static boolean due(OneWay way, Fault.Kind kind) {
        return way.endsNow() && way.kind() == kind;
    }

    private long write(OneWay way, SocketChannel to, boolean client, long now) {
        if (gone || !to.isOpen()) {
            return OneWay.NOTHING;
        }
        try {
            return way.write(to, now);
        } catch (IOException e) {
            lost(client);
            return 0;
        }
    }

    /** Ends the directions whose fault says so. */
    private void end(SocketChannel far) {
        boolean cut = due(toServer, Fault.Kind.CUT) || due(toClient, Fault.Kind.CUT);
        boolean endToServer = cut || toServer.endsNow();
        boolean endToClient = cut || toClient.endsNow();
        if (cut) {
            counts.acted(Fault.Kind.CUT);
        }
        if (endToServer) {
            end(toServer, far, false, cut);
        }
        if (endToClient) {
            end(toClient, client, true, cut);
        }
    }

    private void end(OneWay way, SocketChannel to, boolean client, boolean cut) {
        try {
            if (!gone && to.isOpen()) {
                way.end(to);
                if (!cut) {
                    counts.acted(Fault.Kind.HALF_CLOSE);
                }
            }
        } catch (IOException e) {
            lost(client);
        }
    }

    private static void listen(@Nullable SelectionKey key, OneWay from, OneWay to) {
        if (key != null && key.isValid()) {
            int reading = from.wantsToRead() ? SelectionKey.OP_READ : 0;
            key.interestOps(reading | (to.wantsToWrite() ? SelectionKey.OP_WRITE : 0));
        }
    }

    /** One side's socket failed. The other side learns of it, unless the fault keeps that from it. */
    private void lost(boolean clientSide) {
        OneWay fromIt = clientSide ? toServer : toClient;
        if (!fromIt.swallows()) {
            abort();
            return;
        }
        fromIt.senderLost();
        (clientSide ? toClient : toServer).receiverLost();
        quietly(clientSide ? client : server);
    }

    /** Sets the faults that are given, and does at once what they ask for at once. */
    void set(@Nullable Fault forServer, @Nullable Fault forClient, long now) {
        boolean goesOn = forServer == null || toServer.set(forServer, now);
        goesOn &= forClient == null || toClient.set(forClient, now);
        if (!goesOn) {
            abort();
        }
        advance(now);
    }

    /** Resets both sides, as a fault. */
    void reset() {
        if (!gone) {
            counts.acted(Fault.Kind.RESET);
            abort();
        }
    }

    private void abort() {
        linger(client);
        linger(server);
        close();
    }

    /** Closes both sides. */
    void close() {
        if (!gone) {
            gone = true;
            counts.open.decrementAndGet();
            toServer.receiverLost();
            toClient.receiverLost();
            quietly(client);
            quietly(server);
        }
    }

    private static void linger(@Nullable SocketChannel channel) {
        try {
            if (channel != null && channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // Nothing can be said to a socket that is gone.
        }
    }

    private static void quietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is as closed as it will be.
        }
    }
}
