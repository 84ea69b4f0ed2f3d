package dev.rollcall.micrometer;

import dev.rollcall.Rollcall;
import dev.rollcall.observe.Observation;
import dev.rollcall.observe.Observer;
import dev.rollcall.pick.Picker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a {@link Rollcall} and of pickers, in any number of registries.
 *
 * <p>Given to {@link dev.rollcall.RollcallBuilder#observer} it counts from the beginning; {@link #follow(Rollcall)} tells it whose health to show. What is
 * followed and where it is bound may come in any order. Safe for use by several threads.
 */
public final class RollcallMetrics implements Observer, MeterBinder {

    private final EventCounts events = new EventCounts();
    private final List<MeterRegistry> registries = new ArrayList<>();
    private final Map<String, Picker> pickers = new LinkedHashMap<>();
    private final Map<String, ViewMeters> views = new LinkedHashMap<>();
    private @Nullable Rollcall rollcall;

    /** Metrics of nothing yet. */
    public RollcallMetrics() {}

    /** Counts an event. */
    @Override
    public void observed(Observation event) {
        events.count(event);
        if (event instanceof Observation.ViewLive || event instanceof Observation.ViewStale) {
            followViews();
        }
    }

    /**
     * Shows the health of a {@code Rollcall}.
     *
     * @throws IllegalStateException if another one is followed: each has metrics of its own
     */
    public synchronized void follow(Rollcall followed) {
        if (rollcall != null && rollcall != followed) {
            throw new IllegalStateException("these metrics follow another Rollcall; make one more RollcallMetrics");
        }
        if (rollcall == null) {
            rollcall = followed;
            registries.forEach(registry -> HealthMeters.register(registry, followed));
        }
        followViews();
    }

    /**
     * Shows the health of a picker.
     *
     * @param name the value of the tag {@code picker}
     * @throws IllegalStateException if there is one of that name
     */
    public synchronized void follow(String name, Picker picker) {
        if (pickers.putIfAbsent(name, picker) != null) {
            throw new IllegalStateException(
                    "there are metrics of a picker '" + name + "' already; choose another name");
        }
        registries.forEach(registry -> PickerMeters.register(registry, name, picker));
    }

    /** Registers all meters, those of later views and pickers too. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        events.register(registry);
        Rollcall followed = rollcall;
        if (followed != null) {
            HealthMeters.register(registry, followed);
        }
        pickers.forEach((name, picker) -> PickerMeters.register(registry, name, picker));
        views.values().forEach(meters -> meters.register(registry));
        followViews();
    }

    /** Views come and go without a word of their own, but each says when it is live first. */
    private synchronized void followViews() {
        Rollcall followed = rollcall;
        if (followed == null) {
            return;
        }
        TreeSet<String> open = new TreeSet<>();
        followed.discovery().health().forEach(view -> open.add(view.name()));
        views.entrySet().removeIf(entry -> {
            boolean gone = !open.contains(entry.getKey());
            if (gone) {
                entry.getValue().remove();
            }
            return gone;
        });
        for (String name : open) {
            if (!views.containsKey(name)) {
                ViewMeters meters = new ViewMeters(name, followed);
                views.put(name, meters);
                registries.forEach(meters::register);
            }
        }
    }
}
