package dev.rollcall.examples;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import dev.rollcall.registration.Registration;
import java.time.Duration;

/** The first lines of the README. */
final class FirstLines {

    private FirstLines() {}

    /** Registers, follows and picks once. */
    static Instance run(String endpoint) {
        try (Rollcall rollcall = Rollcall.connect(endpoint)) {
            Registration me = rollcall.register(Instance.of("user", "10.0.0.7:8080")); // lease of 3 s, kept alive
            me.awaitRegistered(Duration.ofSeconds(10));

            ServiceView users =
                    rollcall.discover("user", SnapshotListener.of(up -> log("up", up), down -> log("down", down)));
            users.awaitInstances(1, Duration.ofSeconds(10));
            Picker picker = PickStrategy.roundRobin().over(users);
            Instance target = picker.pick();
            return target;
        }
    }

    /** Shares an etcd with the C++ programs: plain keys, plain values. */
    static Registration besideCpp(Rollcall rollcall) {
        rollcall.follow("/service", (key, value) -> log("put", key), (key, lastValue) -> log("delete", key));
        return rollcall.register(
                Instance.builder("user").id("1").endpoint("10.0.0.7:8080").build());
    }

    /** A connection for that. */
    static Rollcall plain(String endpoint) {
        return Rollcall.builder(endpoint).keyspace(Keyspace.plain("/service")).connect();
    }

    private static void log(String what, DiscoveredInstance instance) {
        log(what, instance.toString());
    }

    private static void log(String what, String whom) {
        System.out.println(what + " " + whom);
    }
}
