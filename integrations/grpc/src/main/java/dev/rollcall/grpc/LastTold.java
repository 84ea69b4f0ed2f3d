package dev.rollcall.grpc;

import dev.rollcall.grpc.Addresses.Reached;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What channels were told last, for as long as there are the channels: one that comes back from idleness has a new resolver, which may meet a store that is
 * away. What nothing has proven for {@value #HOURS} h is not given any more, for by then others may have the addresses. Safe for use by several threads.
 */
final class LastTold {

    private static final int HOURS = 1;
    private static final long LONGEST = Duration.ofHours(HOURS).toNanos();

    /** A channel is known by its synchronization context, the same for all its life; nothing that is kept for it refers to it. */
    private final Map<SynchronizationContext, Map<String, Told>> byChannel = new WeakHashMap<>();

    private record Told(List<Reached> reached, long provenAt) {}

    /** What a channel was told of a target, at a time by the clock of {@link Ticks}; empty for nothing, or nothing of late. */
    synchronized List<Reached> of(SynchronizationContext channel, String target, long now) {
        @Nullable Told told = byChannel.getOrDefault(channel, Map.of()).get(target);
        return told == null || now - told.provenAt() > LONGEST ? List.of() : told.reached();
    }

    /**
     * Keeps what a channel is told of a target, in place of what it was told before.
     *
     * @param provenAt when it was last known to be right, by the clock of {@link Ticks}
     */
    synchronized void keep(SynchronizationContext channel, String target, List<Reached> reached, long provenAt) {
        byChannel.computeIfAbsent(channel, absent -> new HashMap<>()).put(target, new Told(reached, provenAt));
    }

    /** Of how many channels something is kept. */
    synchronized int channels() {
        return byChannel.size();
    }
}
