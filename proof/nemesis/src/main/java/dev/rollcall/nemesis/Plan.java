package dev.rollcall.nemesis;

import dev.rollcall.nemesis.FaultKind.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Which faults come in which order: drawn from a seed, so that the same seed gives the same plan. Every kind comes once before any comes twice. */
final class Plan {

    private static final int SHORTEST_MILLIS = 2_000;
    private static final int LONGEST_MILLIS = 8_000;
    private static final int ALONE_PERCENT = 65;

    /**
     * A fault to come.
     *
     * @param target which of the clients that its scope hits
     * @param everybody whether a fault of the network hits all clients
     */
    record Planned(FaultKind kind, int target, boolean everybody, Duration length, long seed) {}

    private final Random random;
    private final List<FaultKind> kinds;
    private final List<FaultKind> deck = new ArrayList<>();

    Plan(long seed, List<FaultKind> kinds) {
        this.random = Dice.of(seed);
        this.kinds = List.copyOf(kinds);
    }

    /** The next fault, or two of different scopes to act at once. */
    List<Planned> next() {
        List<Planned> slot = new ArrayList<>();
        Set<Scope> taken = EnumSet.noneOf(Scope.class);
        int wanted = random.nextInt(100) < ALONE_PERCENT ? 1 : 2;
        while (slot.size() < wanted) {
            FaultKind kind = draw(taken);
            if (kind == null) {
                break;
            }
            taken.add(kind.scope());
            // What strangers do to the data needs a store that answers.
            if (kind.scope() == Scope.STORE || kind.scope() == Scope.DATA) {
                taken.add(Scope.STORE);
                taken.add(Scope.DATA);
                taken.add(Scope.REGISTRANT);
            }
            if (kind.scope() == Scope.REGISTRANT) {
                taken.add(Scope.STORE);
            }
            slot.add(new Planned(kind, random.nextInt(3), random.nextInt(3) == 0, length(), random.nextLong()));
        }
        return slot;
    }

    private @org.jspecify.annotations.Nullable FaultKind draw(Set<Scope> taken) {
        if (deck.isEmpty()) {
            deck.addAll(kinds);
            Collections.shuffle(deck, random);
        }
        for (int i = 0; i < deck.size(); i++) {
            if (!taken.contains(deck.get(i).scope())) {
                return deck.remove(i);
            }
        }
        return null;
    }

    private Duration length() {
        return Duration.ofMillis(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS));
    }
}
