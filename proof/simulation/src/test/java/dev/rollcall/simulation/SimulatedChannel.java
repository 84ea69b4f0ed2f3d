package dev.rollcall.simulation;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One connection to one member, in memory: what is sent arrives later, in order, or not at all. */
final class SimulatedChannel extends ManagedChannel {

    private static final long PING = 10 * Scheduler.SECOND;
    private static final long PONG = 5 * Scheduler.SECOND;

    final Network network;
    final Link link;
    final Executor loop;
    private final List<SimulatedCall<?, ?>> calls = new ArrayList<>();
    private final ArrayDeque<Runnable> heldUp = new ArrayDeque<>();
    private final ArrayDeque<Runnable> heldDown = new ArrayDeque<>();
    private final List<Runnable> watchers = new ArrayList<>();
    private ConnectivityState state = ConnectivityState.IDLE;
    private boolean brokenUp;
    private boolean brokenDown;
    private boolean shutDown;
    private boolean checking;
    private long lastUp;
    private long lastDown;
    private long heard;

    SimulatedChannel(Network network, Link link, Executor loop) {
        this.network = network;
        this.link = link;
        this.loop = loop;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        return new SimulatedCall<>(this, method, options);
    }

    @Override
    public String authority() {
        return link.node.name;
    }

    /** A call begins; it is told when it may send. */
    void begin(SimulatedCall<?, ?> call) {
        if (shutDown) {
            call.end(Status.UNAVAILABLE.withDescription("Channel shutdown invoked"));
            return;
        }
        if (brokenDown) {
            call.end(Status.UNAVAILABLE.withDescription("io exception"));
            return;
        }
        calls.add(call);
        Network.Traffic traffic = network.traffic(link.host);
        traffic.calls++;
        traffic.openCalls++;
        if (state == ConnectivityState.READY) {
            call.ready();
            checkLater();
        } else if (state == ConnectivityState.IDLE) {
            state = ConnectivityState.CONNECTING;
            network.trace(link.host, () -> "connects to " + link.node.name);
            network.traffic(link.host).connects++;
            connect();
        }
    }

    void ended(SimulatedCall<?, ?> call) {
        if (calls.remove(call)) {
            network.traffic(link.host).openCalls--;
        }
    }

    private void connect() {
        long there = network.latency(link);
        network.scheduler.after(there, () -> {
            if (state != ConnectivityState.CONNECTING || !link.host.isAlive()) {
                return;
            }
            if (link.holeUp || link.holeDown) {
                network.scheduler.after(Scheduler.SECOND, this::connect);
            } else if (!link.node.isUp()) {
                network.scheduler.after(network.latency(link), () -> refuse());
            } else if (link.node.isFrozen()) {
                // Its system has taken the connection: it is heard of as soon as the member goes on.
                network.scheduler.after(50 * Scheduler.MILLIS, this::connect);
            } else {
                link.channels.add(this);
                network.scheduler.after(network.latency(link), this::established);
            }
        });
    }

    private void refuse() {
        if (state == ConnectivityState.CONNECTING) {
            state = ConnectivityState.IDLE;
            endAll(Status.UNAVAILABLE
                    .withDescription("io exception")
                    .withCause(new IOException("Connection refused: " + link.node.name)));
        }
    }

    private void established() {
        if (state != ConnectivityState.CONNECTING || brokenDown) {
            return;
        }
        state = ConnectivityState.READY;
        heard = link.host.nanos();
        List.copyOf(calls).forEach(SimulatedCall::ready);
        checkLater();
    }

    /** Sends to the member. */
    void up(Runnable message) {
        long time = Math.max(lastUp + 1, network.scheduler.now() + network.latency(link));
        lastUp = time;
        network.scheduler.at(time, () -> arriveUp(message));
    }

    private void arriveUp(Runnable message) {
        if (brokenUp) {
            return;
        }
        if (link.holeUp || !heldUp.isEmpty()) {
            heldUp.add(message);
        } else {
            link.node.take(message);
        }
    }

    /** Sends to the process. */
    void down(Runnable message) {
        long time = Math.max(lastDown + 1, network.scheduler.now() + network.latency(link));
        lastDown = time;
        network.scheduler.at(time, () -> arriveDown(message));
    }

    private void arriveDown(Runnable message) {
        if (brokenDown) {
            return;
        }
        if (link.holeDown || !heldDown.isEmpty()) {
            heldDown.add(message);
        } else {
            hear(message);
        }
    }

    private void hear(Runnable message) {
        if (!link.host.isAlive()) {
            return;
        }
        network.traffic(link.host).lastHeard = network.scheduler.now();
        heard = link.host.nanos();
        message.run();
    }

    /** The network carries again what it held. */
    void healed() {
        List<Runnable> ups = List.copyOf(heldUp);
        heldUp.clear();
        List<Runnable> downs = List.copyOf(heldDown);
        heldDown.clear();
        long now = network.scheduler.now();
        lastUp = Math.max(lastUp, now);
        lastDown = Math.max(lastDown, now);
        ups.forEach(each -> {
            if (!brokenUp) {
                link.node.take(each);
            }
        });
        downs.forEach(each -> {
            if (!brokenDown) {
                hear(each);
            }
        });
    }

    /** The connection breaks; what was sent to the member may still arrive. */
    void reset(String why) {
        if (brokenDown) {
            return;
        }
        brokenDown = true;
        brokenUp = network.chance(50) || !link.node.isUp();
        link.channels.remove(this);
        boolean was = state == ConnectivityState.READY;
        state = shutDown ? ConnectivityState.SHUTDOWN : ConnectivityState.IDLE;
        List<SimulatedCall<?, ?>> open = List.copyOf(calls);
        endAll(Status.UNAVAILABLE.withDescription("io exception").withCause(new IOException(why)));
        network.scheduler.at(Math.max(lastUp, network.scheduler.now()) + 1, () -> {
            brokenUp = true;
            open.forEach(SimulatedCall::cancelServer);
        });
        if (was) {
            changed();
        }
    }

    private void endAll(Status status) {
        List.copyOf(calls).forEach(call -> call.end(status));
    }

    private void changed() {
        List<Runnable> told = List.copyOf(watchers);
        watchers.clear();
        told.forEach(loop::execute);
    }

    /** Pings where nothing was heard for long, while calls are open. */
    private void checkLater() {
        if (!checking) {
            checking = true;
            link.host.later(Math.max(Scheduler.MILLIS, heard + PING - link.host.nanos()), this::check);
        }
    }

    private void check() {
        checking = false;
        if (brokenDown || calls.isEmpty() || state != ConnectivityState.READY) {
            return;
        }
        long silent = link.host.nanos() - heard;
        if (silent < PING) {
            checkLater();
        } else if (answersPing()) {
            heard = link.host.nanos();
            checkLater();
        } else if (silent >= PING + PONG) {
            reset("Keepalive failed. The connection is likely gone");
        } else {
            checking = true;
            link.host.later(PING + PONG - silent, this::check);
        }
    }

    private boolean answersPing() {
        return !link.holeUp && !link.holeDown && link.node.isUp() && !link.node.isFrozen();
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return shutDown ? ConnectivityState.SHUTDOWN : state;
    }

    @Override
    public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
        if (getState(false) == source) {
            watchers.add(callback);
        } else {
            loop.execute(callback);
        }
    }

    @Override
    public ManagedChannel shutdown() {
        if (!shutDown) {
            shutDown = true;
            changed();
        }
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        shutdown();
        endAll(Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked"));
        if (!brokenDown) {
            reset("shut down");
        }
        return this;
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown && calls.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
