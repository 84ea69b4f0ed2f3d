package dev.rollcall.conformance.faults;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Many registrants in one JVM: each a Rollcall of its own, with its own client, connections and lease, and some registrations. */
final class Fleet implements AutoCloseable {

    static final String SERVICE = "fleet";

    private final List<Rollcall> rollcalls = new ArrayList<>();
    private final List<Registration> registrations = new ArrayList<>();

    Fleet(String endpoint, int first, int registrants, int each) {
        for (int i = first; i < first + registrants; i++) {
            int port = i;
            Rollcall rollcall =
                    Rollcall.builder(endpoint).closeAtShutdown(false).connect();
            rollcalls.add(rollcall);
            registrations.addAll(rollcall.registerAll(IntStream.range(0, each)
                    .mapToObj(n -> Instance.builder(SERVICE)
                            .id(port + "-" + n)
                            .endpoint("10." + n / 62500 + "." + n / 250 % 250 + "." + n % 250 + ":" + (1000 + port))
                            .build())
                    .toList()));
        }
    }

    Fleet awaitRegistered() {
        registrations.forEach(one -> one.awaitRegistered(Duration.ofSeconds(60)));
        return this;
    }

    boolean isRegistered() {
        return registrations.stream().allMatch(one -> one.state() == RegistrationState.REGISTERED);
    }

    /** Says of every instance that it is paused. */
    void pause() {
        registrations.forEach(one -> one.update(me -> me.withStatus(InstanceStatus.PAUSED)));
        awaitRegistered();
    }

    @Override
    public void close() {
        rollcalls.forEach(Rollcall::close);
    }

    /** A fleet in a JVM of its own, with one registration each: ENDPOINT FIRST REGISTRANTS. Lives until its input ends. */
    public static void main(String[] args) throws IOException {
        try (Fleet fleet = new Fleet(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), 1)) {
            fleet.awaitRegistered();
            System.out.println("registered");
            System.in.transferTo(OutputStream.nullOutputStream());
            // The parent measures; a farewell of a hundred would only cost it time.
            Runtime.getRuntime().halt(0);
        }
    }
}
