package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.instance.Overlay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Which of the instances that are shown may be picked at all. A pure function of what they, and operators, say of them.
 *
 * @param filters all of which must admit it
 * @param zone the caller's own; empty where it has none
 * @param subset how many of each side at most; 0 for all
 * @param caller by whose name the subset is drawn
 */
record Sieve(List<InstanceFilter> filters, String zone, int subset, String caller) {

    private static final LeftOut.Collector NOBODY_ASKS = (instance, reason) -> {};

    /** What is left, in key order: of the caller's own zone, or of all where it has none; and of the others. */
    record Sifted(List<Instance> own, List<Instance> others) {}

    Sifted sift(List<DiscoveredInstance> shown, Overlays overlays, ToLongFunction<Instance> hash) {
        return sift(shown, overlays, hash, NOBODY_ASKS);
    }

    Sifted sift(
            List<DiscoveredInstance> shown,
            Overlays overlays,
            ToLongFunction<Instance> hash,
            LeftOut.Collector leftOut) {
        List<Instance> own = new ArrayList<>(shown.size());
        List<Instance> others = new ArrayList<>();
        for (DiscoveredInstance found : shown) {
            Instance instance = found.instance();
            String reason = against(found, overlays);
            if (!reason.isEmpty()) {
                leftOut.add(instance, reason);
            } else if (zone.isEmpty() || instance.zone().filter(zone::equals).isPresent()) {
                own.add(instance);
            } else {
                others.add(instance);
            }
        }
        return new Sifted(drawn(own, hash, leftOut), drawn(others, hash, leftOut));
    }

    private String against(DiscoveredInstance found, Overlays overlays) {
        Instance instance = found.instance();
        if (instance.status() != InstanceStatus.UP) {
            return instance.status().word();
        }
        if (!instance.hasEndpoint()) {
            return "no endpoint";
        }
        Optional<Overlay> overlay = overlays.over(found);
        if (overlay.isPresent()) {
            return overlay.get().sentence();
        }
        for (InstanceFilter filter : filters) {
            String reason = filter.against(instance);
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return "";
    }

    /** The instances whose lots are lowest: so one that goes brings one new, and one that comes replaces one at most. */
    private List<Instance> drawn(List<Instance> instances, ToLongFunction<Instance> hash, LeftOut.Collector leftOut) {
        if (subset == 0 || instances.size() <= subset) {
            return instances;
        }
        long own = Hash64.of(caller);
        long[] lots = new long[instances.size()];
        for (int i = 0; i < lots.length; i++) {
            lots[i] = Hash64.mix(hash.applyAsLong(instances.get(i)) ^ own);
        }
        long[] ascending = lots.clone();
        Arrays.sort(ascending);
        List<Instance> drawn = new ArrayList<>(subset);
        for (int i = 0; i < lots.length; i++) {
            if (lots[i] <= ascending[subset - 1]) {
                drawn.add(instances.get(i));
            } else {
                leftOut.add(instances.get(i), "not in the subset of " + subset);
            }
        }
        return drawn;
    }
}
