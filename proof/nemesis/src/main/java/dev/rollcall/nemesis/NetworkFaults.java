package dev.rollcall.nemesis;

import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.history.Monotonic;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What happens between clients and members. */
final class NetworkFaults {

    private static final Duration STORM = Duration.ofMillis(900);
    private static final Duration TOKEN_TIME = Duration.ofSeconds(7);
    private static final long SLOW = 6_000;
    private static final int MOST_BYTES = 1_200;

    private NetworkFaults() {}

    static List<FaultKind> all() {
        return List.of(
                net("net-black-hole", true, Fault.Kind.BLACK_HOLE, each(proxy -> proxy.both(Fault.blackHole()))),
                net("net-deaf", true, Fault.Kind.BLACK_HOLE, each(proxy -> proxy.toClient(Fault.blackHole()))),
                net("net-mute", true, Fault.Kind.BLACK_HOLE, each(proxy -> proxy.toServer(Fault.blackHole()))),
                net(
                        "net-delay",
                        false,
                        Fault.Kind.DELAY,
                        each(proxy -> proxy.both(Fault.delay(Duration.ofMillis(100), Duration.ofMillis(80))))),
                net(
                        "net-half-close",
                        true,
                        Fault.Kind.HALF_CLOSE,
                        each(proxy -> proxy.existing().toClient(Fault.halfClose()))),
                net(
                        "net-cut",
                        true,
                        Fault.Kind.CUT,
                        (proxy, scene) ->
                                proxy.both(Fault.cut().after(1 + scene.random().nextInt(MOST_BYTES)))),
                net("net-stall", true, Fault.Kind.STALL, each(proxy -> proxy.both(Fault.stall()))),
                net("net-silent", true, Fault.Kind.SILENT_ACCEPT, each(proxy -> {
                    proxy.acceptSilently();
                    proxy.resetAll();
                })),
                net("net-refuse", true, Fault.Kind.REFUSE, each(proxy -> {
                    proxy.refuse();
                    proxy.resetAll();
                })),
                net("net-slow", true, Fault.Kind.LIMIT, each(proxy -> proxy.both(Fault.limit(SLOW)))),
                net(
                        "net-flip",
                        true,
                        Fault.Kind.FLIP,
                        (proxy, scene) -> proxy.existing()
                                .toClient(Fault.flip().after(scene.random().nextInt(MOST_BYTES)))),
                new FaultKind("net-reset-storm", Scope.NETWORK, true, s -> true, NetworkFaults::resetStorm),
                new FaultKind("net-lose-member", Scope.NETWORK, false, StoreFaults::several, NetworkFaults::loseMember),
                new FaultKind(
                        "auth-expiry",
                        Scope.NETWORK,
                        false,
                        s -> !s.password().isEmpty(),
                        NetworkFaults::expireTokens));
    }

    private static BiConsumer<FaultProxy, Scene> each(Consumer<FaultProxy> fault) {
        return (proxy, scene) -> fault.accept(proxy);
    }

    private static FaultKind net(String name, boolean mayLapse, Fault.Kind sort, BiConsumer<FaultProxy, Scene> fault) {
        return new FaultKind(name, Scope.NETWORK, mayLapse, store -> true, scene -> {
            long before = acted(scene, sort);
            scene.proxies().forEach(proxy -> fault.accept(proxy, scene));
            scene.last();
            long acted = acted(scene, sort) - before;
            scene.proxies().forEach(FaultProxy::heal);
            VoidFault.unless(acted > 0, "nothing passed by");
            return "acted " + acted + " times";
        });
    }

    private static long acted(Scene scene, Fault.Kind sort) {
        return scene.proxies().stream()
                .mapToLong(proxy -> proxy.counters().acted(sort))
                .sum();
    }

    private static String resetStorm(Scene scene) {
        long until = Monotonic.nanos() + scene.length().toNanos();
        long before = accepted(scene);
        while (Monotonic.nanos() < until) {
            scene.proxies().forEach(FaultProxy::resetAll);
            Monotonic.sleep(STORM.dividedBy(1 + scene.random().nextInt(3)));
        }
        long connections = accepted(scene) - before;
        VoidFault.unless(connections > 1, "nobody connected anew");
        return connections + " connections made anew";
    }

    private static long accepted(Scene scene) {
        return scene.proxies().stream()
                .mapToLong(proxy -> proxy.counters().accepted())
                .sum();
    }

    /** One member is beyond a black hole for all targets; the others are not. */
    private static String loseMember(Scene scene) {
        int member = scene.random().nextInt(scene.members());
        List<FaultProxy> proxies =
                scene.targets().stream().map(t -> t.proxies().get(member)).toList();
        long before = acted(scene, Fault.Kind.BLACK_HOLE);
        proxies.forEach(proxy -> proxy.both(Fault.blackHole()));
        scene.last();
        proxies.forEach(FaultProxy::heal);
        long acted = acted(scene, Fault.Kind.BLACK_HOLE) - before;
        VoidFault.unless(acted > 0, "nothing passed by");
        return "member " + member + ", acted " + acted + " times";
    }

    /** A token that nobody used is refused by now; so are those of clients that were quiet, when they connect anew. */
    private static String expireTokens(Scene scene) {
        boolean refused = false;
        String endpoint = scene.store().endpoints().get(0);
        // A token of its own, which nobody else keeps alive.
        Wire.logInAnew(endpoint);
        try (Wire idle = new Wire(endpoint, scene.store().password(), Duration.ofSeconds(3))) {
            Wire.logInAnew(endpoint);
            Monotonic.sleep(TOKEN_TIME);
            scene.proxies().forEach(FaultProxy::resetAll);
            idle.kv().range(RangeRequest.newBuilder().setKey(Wire.EVERYTHING).build());
        } catch (StatusRuntimeException e) {
            refused = String.valueOf(e.getMessage()).contains("invalid auth token");
        }
        scene.last();
        VoidFault.unless(refused, "the old token was taken");
        return "an old token was refused";
    }
}
