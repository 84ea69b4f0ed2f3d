package dev.rollcall.discovery;

import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which instances are taken out of service by hand at one moment; immutable. */
public final class Overlays {

    private static final Overlays NONE = of(List.of());

    private final List<Overlay> all;
    private final Map<InstanceId, Overlay> byInstance;
    private final List<OverlayEntry> source;

    private Overlays(List<Overlay> all, List<OverlayEntry> source) {
        this.all = List.copyOf(all);
        this.source = source;
        this.byInstance = new HashMap<>();
        this.all.forEach(overlay -> byInstance.put(overlay.instance(), overlay));
    }

    /** No overlay at all. */
    public static Overlays none() {
        return NONE;
    }

    /** Made by hand, for tests of what works on overlays; of several of one instance the last counts. */
    public static Overlays of(List<Overlay> overlays) {
        return new Overlays(overlays, List.of());
    }

    /** What is shown; the previous object where nothing changed. */
    static Overlays of(ViewState<OverlayEntry> state, @Nullable Overlays previous) {
        List<OverlayEntry> shown = state.content().shown().values();
        if (previous != null && previous.source == shown) {
            return previous;
        }
        return shown.isEmpty()
                ? NONE
                : new Overlays(shown.stream().map(OverlayEntry::overlay).toList(), shown);
    }

    /** All overlays in key order, also those of incarnations that are gone. */
    public List<Overlay> all() {
        return all;
    }

    /** The overlay that takes an instance, as it was found, out of service; empty where there is none, or only one of another incarnation. */
    public Optional<Overlay> over(DiscoveredInstance found) {
        Overlay overlay = byInstance.get(found.instance().identity());
        // Hardly anybody has one, and an incarnation without a name is made when it is asked for.
        return overlay == null ? Optional.empty() : over(overlay.instance(), found.incarnation());
    }

    /** The overlay that takes an incarnation of an instance out of service, if there is one. */
    public Optional<Overlay> over(InstanceId instance, Incarnation incarnation) {
        Overlay overlay = byInstance.get(instance);
        return overlay != null && overlay.takesOut() && overlay.incarnation().equals(incarnation)
                ? Optional.of(overlay)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
