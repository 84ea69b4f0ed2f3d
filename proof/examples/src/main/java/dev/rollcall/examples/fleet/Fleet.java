package dev.rollcall.examples.fleet;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.grpc.RollcallTargets;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets three servers live through what servers live through, under constant load, and prints what the caller saw. */
final class Fleet implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(30);

    private final TestEtcd etcd = EtcdSpec.real("3.5.16").start();
    private final Rollcall rollcall = Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    private final ServiceView view = rollcall.discover(Greeting.SERVICE);
    private final Deque<ServerProcess> servers = new ArrayDeque<>();
    private final List<Scene> scenes = new ArrayList<>();
    private final ManagedChannel channel;
    private final Caller caller;
    private int made;

    private Fleet() {
        RollcallTargets.share(rollcall);
        channel = Grpc.newChannelBuilder("rollcall:///" + Greeting.SERVICE, InsecureChannelCredentials.create())
                .defaultServiceConfig(Map.of(
                        "loadBalancingConfig",
                        // A JVM that began a moment ago answers slowly at first.
                        List.of(Map.of("rollcall_weighted", Map.of("slowStart", "10s")))))
                .build();
        caller = new Caller(channel);
    }

    /** Plays all scenes; ends with 1 where a bar was missed. */
    public static void main(String[] args) {
        boolean held;
        try (Fleet fleet = new Fleet()) {
            held = fleet.play();
        }
        System.exit(held ? 0 : 1);
    }

    private boolean play() {
        scale(3);
        warmUp();
        System.out.println(Caller.CALLS_PER_SECOND + " calls a second over one channel, each with "
                + Caller.DEADLINE.toMillis() + " ms for an attempt and one retry; etcd 3.5.16; leases of 3 s\n\n"
                + Scene.HEAD);
        scene("nothing", Scene.Bar.NO_FAILURE, () -> pause(5));
        scene("a rolling restart, each server by SIGTERM", Scene.Bar.NO_FAILURE, this::rollingRestart);
        scene("from 3 to 10 servers and back", Scene.Bar.NO_FAILURE, () -> {
            scale(10);
            pause(2);
            scale(3);
            pause(1);
        });
        scene("the weight of one set to 8 of 10", Scene.Bar.NO_FAILURE, () -> {
            servers.getFirst().weight(800);
            pause(5);
            servers.getFirst().weight(100);
            pause(1);
        });
        scene("kill -9 of one", Scene.Bar.ONLY_IN_FLIGHT, () -> {
            servers.removeFirst().kill();
            pause(8);
        });
        scale(3);
        scene("SIGSTOP of one for 8 s", Scene.Bar.NONE, () -> {
            servers.getFirst().signal("STOP");
            pause(8);
            servers.getFirst().signal("CONT");
            pause(3);
        });
        await(3);
        scene("one behind a black hole for 8 s", Scene.Bar.NONE, this::blackHole);
        scene("etcd away for 30 s", Scene.Bar.NO_FAILURE, () -> {
            etcd.kill();
            pause(30);
            etcd.start();
            pause(5);
        });
        return scenes.stream().allMatch(Scene::passed);
    }

    private void scene(String name, Scene.Bar bar, Runnable action) {
        pause(1);
        caller.take();
        int inFlight = caller.inFlight();
        long mark = Ticks.nanos();
        action.run();
        // What began in this scene ends in it.
        LockSupport.parkNanos(Caller.DEADLINE.multipliedBy(3).toNanos());
        Scene scene = new Scene(name, caller.take(), mark, inFlight, bar);
        scenes.add(scene);
        System.out.println(scene.row());
        System.out.println("    " + scene.shares());
    }

    private void warmUp() {
        caller.begin();
        pause(5);
    }

    private void rollingRestart() {
        for (int i = 0; i < 3; i++) {
            servers.removeFirst().terminate();
            servers.addLast(next().register());
            await(3);
        }
    }

    private void blackHole() {
        ServerProcess hidden = next();
        try (FaultProxy proxy = FaultProxy.inFrontOf("http://" + hidden.address())) {
            hidden.register(proxy.endpoint().replaceFirst("^http://", ""));
            await(4);
            pause(2);
            proxy.both(Fault.blackHole());
            pause(8);
            proxy.heal();
            pause(2);
            hidden.terminate();
            await(3);
        }
    }

    private void scale(int wanted) {
        while (servers.size() < wanted) {
            servers.addLast(next().register());
        }
        while (servers.size() > wanted) {
            servers.removeLast().terminate();
        }
        await(wanted);
    }

    private ServerProcess next() {
        made++;
        return ServerProcess.start(etcd.endpoints().get(0), "s" + made);
    }

    /** Until so many are seen, and no more. */
    private void await(int wanted) {
        long deadline = Ticks.nanos() + LOOK.toNanos();
        while (view.snapshot().available().size() != wanted) {
            if (Ticks.nanos() - deadline > 0) {
                throw new IllegalStateException("not " + wanted + " servers after " + LOOK + ": " + view.snapshot());
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Lets calls go on for a while. */
    private static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        caller.close();
        channel.shutdownNow();
        servers.forEach(ServerProcess::close);
        rollcall.close();
        etcd.close();
    }
}
