package dev.rollcall.nemesis;

import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Where a fault acts.
 *
 * @param targets the clients it hits; all where it hits the store
 * @param length how long
 * @param random its own, seeded
 */
record Scene(
        Store store,
        StoreLog log,
        Recorder recorder,
        Journal journal,
        Path directory,
        List<Client> targets,
        Duration length,
        Random random) {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofMillis(400);

    /** Lets the fault last. */
    void last() {
        Monotonic.sleep(length);
    }

    Client target() {
        return targets.get(0);
    }

    List<FaultProxy> proxies() {
        return targets.stream().flatMap(t -> t.proxies().stream()).toList();
    }

    int members() {
        return store.endpoints().size();
    }

    /** A member that does not lead. */
    int follower() {
        int leader = store.leader();
        return (leader + 1 + random.nextInt(members() - 1)) % members();
    }

    /** Asks the first member that answers. */
    <T> T ask(Function<Wire, T> question) {
        RuntimeException last = new VoidFault("no member to ask");
        for (String endpoint : store.endpoints()) {
            try (Wire wire = new Wire(endpoint, store.password(), DEADLINE)) {
                return question.apply(wire);
            } catch (StatusRuntimeException e) {
                last = e;
                Wire.logInAnew(endpoint);
            }
        }
        throw new VoidFault("the store refuses: " + last.getMessage());
    }

    /** Whether this member answers a linearizable read right now. */
    boolean answers(int member) {
        try (Wire wire = new Wire(store.endpoints().get(member), store.password(), PROBE)) {
            return wire.head() > 0;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Ends the present epoch; what is done meanwhile makes the store forget. Begins the next one. */
    void anotherEpoch(boolean inherits, Runnable change) {
        store.killAll();
        log.end();
        change.run();
        recorder.beginEpoch(inherits);
    }

    /** The store is away while this runs. */
    void away(Runnable meanwhile) {
        journal.note("away");
        meanwhile.run();
        journal.note("back");
    }

    /** A key of the target that stands in the store now. */
    StoreLog.Event standingKey() {
        Map<String, StoreLog.Event> state = log.state();
        return target().slots().stream()
                .map(slot -> state.get(slot.key()))
                .filter(event -> event != null && event.lease() != 0)
                .skip(random.nextInt(2))
                .findFirst()
                .orElseThrow(() -> new VoidFault("no key of the target stands"));
    }
}
