package dev.rollcall.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.SynchronizationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The addresses that channels were told last, for as long as there are the channels: one that comes back from idleness has a new resolver, which may meet a
 * store that is away. Safe for use by several threads.
 */
final class LastTold {

    /** A channel is known by its synchronization context, the same for all its life; nothing that is kept for it refers to it. */
    private final Map<SynchronizationContext, Map<String, List<EquivalentAddressGroup>>> byChannel =
            new WeakHashMap<>();

    /** What a channel was told of a target; empty for nothing. */
    synchronized List<EquivalentAddressGroup> of(SynchronizationContext channel, String target) {
        return byChannel.getOrDefault(channel, Map.of()).getOrDefault(target, List.of());
    }

    /** Keeps what a channel is told of a target, in place of what it was told before. */
    synchronized void keep(SynchronizationContext channel, String target, List<EquivalentAddressGroup> told) {
        byChannel.computeIfAbsent(channel, absent -> new HashMap<>()).put(target, told);
    }
}
