package dev.rollcall.nemesis;

import dev.rollcall.nemesis.history.Monotonic;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Keeps the store busy: the registrants update, leave and come back; strangers write beside them, and next door. */
final class Traffic implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(110);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration JOIN = Duration.ofSeconds(4);
    private static final List<String> NEXT_DOOR = List.of(
            "services/user1/x",
            "services/users/x",
            "services/user.",
            "services/use",
            "services/user/deep/x",
            "service/user/x");

    private final Store store;
    private final List<Client> registrants;
    private final Random random;
    private final Thread thread = new Thread(this::run, "nemesis-traffic");
    private volatile boolean ended;
    private long written;

    Traffic(Store store, List<Client> registrants, long seed) {
        this.store = store;
        this.registrants = registrants;
        this.random = Dice.of(seed);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!ended) {
            int dice = random.nextInt(100);
            Client client = registrants.get(random.nextInt(registrants.size()));
            Client.Slot slot = client.slots().get(random.nextInt(client.slots().size()));
            if (dice < 70) {
                client.update(slot);
            } else if (dice < 76) {
                client.deregister(slot);
            } else if (dice < 86) {
                client.slots().stream()
                        .filter(other -> !client.wanted().containsKey(other.key()))
                        .findFirst()
                        .ifPresent(client::register);
            } else {
                stranger(dice);
            }
            Monotonic.sleep(PACE);
        }
    }

    private void stranger(int dice) {
        int turn = random.nextInt(store.endpoints().size());
        try (Wire wire = new Wire(store.endpoints().get(turn), store.password(), DEADLINE)) {
            String key = dice < 93
                    ? "services/user/guest" + random.nextInt(3)
                    : NEXT_DOOR.get(random.nextInt(NEXT_DOOR.size()));
            if (random.nextInt(3) == 0) {
                wire.delete(key);
            } else {
                wire.put(key, DataFaults.foreignValue("n." + ++written));
            }
        } catch (StatusRuntimeException e) {
            // Away by a fault: strangers do not insist.
            return;
        }
    }

    /** Ends it; everybody who left is back. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join(JOIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Client client : registrants) {
            for (Client.Slot slot : client.slots()) {
                if (!client.wanted().containsKey(slot.key())) {
                    client.register(slot);
                }
            }
        }
    }
}
