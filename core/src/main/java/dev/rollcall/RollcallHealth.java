package dev.rollcall;

import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ViewHealth;
import dev.rollcall.registration.RegistrarHealth;
import java.util.List;

/**
 * How the two halves of a {@link Rollcall} fare at one moment.
 *
 * @param registrar the answer to "am I visible?"
 * @param views every open view and follower
 */
public record RollcallHealth(RegistrarHealth registrar, List<ViewHealth> views) {

    /** Copies the list. */
    public RollcallHealth {
        views = List.copyOf(views);
    }

    /** Whether others see what is registered here. */
    public boolean visible() {
        return registrar.visible();
    }

    /** Whether every view shows what the store has. */
    public boolean live() {
        return views.stream().allMatch(view -> view.known() && view.freshness() == Freshness.LIVE);
    }

    /** Both. */
    public boolean good() {
        return visible() && live();
    }
}
