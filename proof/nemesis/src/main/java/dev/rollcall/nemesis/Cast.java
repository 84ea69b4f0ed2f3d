package dev.rollcall.nemesis;

import dev.rollcall.nemesis.Client.Slot;
import dev.rollcall.nemesis.Client.View;
import dev.rollcall.nemesis.history.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The clients of a round: three that register, three that look. */
final class Cast implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(10);

    private final List<Client> registrants;
    private final List<Client> consumers;
    private int marks;

    Cast(Path directory, Journal journal, Store store, boolean small) {
        registrants = List.of(
                new Client(
                        "r1",
                        directory,
                        journal,
                        store,
                        3,
                        slots(1, "user/u1", "user/u2", "user/u3", "order/o1"),
                        List.of()),
                new Client(
                        "r2",
                        directory,
                        journal,
                        store,
                        3,
                        slots(2, "user/u4", "order/o2", "shop/cart/s1", "lock/x"),
                        List.of()),
                new Client(
                        "r3",
                        directory,
                        journal,
                        store,
                        5,
                        slots(3, "user/u5", "order/o3", "shop/cart/s2", "lock/x"),
                        List.of()));
        List<Client> lookers = List.of(
                new Client(
                        "c1",
                        directory,
                        journal,
                        store,
                        3,
                        List.of(),
                        List.of(new View("users", "user", true, 0), new View("all", "/", true, 0))),
                new Client(
                        "c2",
                        directory,
                        journal,
                        store,
                        3,
                        List.of(),
                        List.of(new View("bare", "user", false, 0), new View("graced", "order", true, 1_000))),
                new Client(
                        "c3",
                        directory,
                        journal,
                        store,
                        3,
                        List.of(),
                        List.of(new View("shop", "shop/", true, 0), new View("bareall", "/", false, 1_000))));
        consumers = small ? lookers.subList(0, 2) : lookers;
    }

    private static List<Slot> slots(int owner, String... names) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            int slash = names[i].lastIndexOf('/');
            slots.add(new Slot(
                    names[i].substring(0, slash), names[i].substring(slash + 1), "10.0." + owner + "." + i + ":80"));
        }
        return slots;
    }

    List<Client> registrants() {
        return registrants;
    }

    List<Client> consumers() {
        return consumers;
    }

    List<Client> all() {
        return Stream.concat(registrants.stream(), consumers.stream()).toList();
    }

    /** What does not yet agree with the store: a key that does not stand as its owner wants it, or a view that shows something else. */
    List<String> disagreements(StoreLog log) {
        List<String> found = new ArrayList<>();
        for (Client client : all()) {
            String answer = client.dump("m" + ++marks);
            Map<String, StoreLog.Event> state = log.state();
            if (answer.isEmpty()) {
                found.add(client.name() + " does not answer");
                continue;
            }
            String[] parts = answer.split(" ", -1);
            if (client.views().isEmpty()) {
                disagreements(client, parts[1], state, found);
            } else {
                for (String shown : parts[0].split("\\|", -1)) {
                    disagreements(client, shown.split(";", -1), state, found);
                }
            }
        }
        return found;
    }

    private void disagreements(Client client, String missing, Map<String, StoreLog.Event> state, List<String> found) {
        client.wanted().forEach((key, token) -> {
            StoreLog.Event event = state.get(key);
            boolean shared = registrants.stream()
                            .filter(r -> r.wanted().containsKey(key))
                            .count()
                    > 1;
            if (event == null || (!event.token().equals(token) && !shared)) {
                found.add(client.name() + " wants " + key + " = " + token + ", not " + event);
            }
        });
        for (String key : missing.split(",", -1)) {
            if (!key.equals("-") && !key.equals("services/lock/x")) {
                found.add(client.name() + " does not have " + key);
            }
        }
    }

    private static void disagreements(
            Client client, String[] shown, Map<String, StoreLog.Event> state, List<String> found) {
        View view = client.views().stream()
                .filter(v -> v.name().equals(shown[0]))
                .findFirst()
                .orElseThrow();
        Set<String> expected = new HashSet<>();
        state.forEach((key, event) -> {
            if (view.shows(key) && event.readable()) {
                expected.add(key + "@" + event.rev());
            }
        });
        Set<String> actual = new HashSet<>(List.of(shown[2].split(",")));
        actual.remove("");
        if (!actual.equals(expected) || !shown[1].equals("LIVE")) {
            Map<String, Set<String>> difference = new HashMap<>();
            difference.put("more", minus(actual, expected));
            difference.put("less", minus(expected, actual));
            found.add(client.name() + " " + view.name() + " is " + shown[1] + " and shows " + difference);
        }
    }

    private static Set<String> minus(Set<String> from, Set<String> what) {
        Set<String> left = new HashSet<>(from);
        left.removeAll(what);
        return left;
    }

    /** Lets all end in good order; says who did not. */
    List<String> quit() {
        all().forEach(Client::quit);
        return all().stream()
                .filter(client -> !client.awaitEnd(END))
                .map(Client::name)
                .toList();
    }

    @Override
    public void close() {
        all().forEach(Client::close);
    }
}
