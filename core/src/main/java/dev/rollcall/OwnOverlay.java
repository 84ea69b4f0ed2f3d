package dev.rollcall;

import dev.rollcall.discovery.Overlays;
import dev.rollcall.instance.Overlay;
import dev.rollcall.registration.Registration;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells the owner of a registration what operators laid over it, once for each change. Called by one thread at a time. */
final class OwnOverlay implements Consumer<Overlays> {

    private final Registration registration;
    private final Consumer<Optional<Overlay>> listener;
    private Optional<Overlay> told = Optional.empty();
    private boolean begun;

    OwnOverlay(Registration registration, Consumer<Optional<Overlay>> listener) {
        this.registration = registration;
        this.listener = listener;
    }

    @Override
    public void accept(Overlays overlays) {
        Optional<Overlay> mine = registration
                .incarnation()
                .flatMap(incarnation -> overlays.over(registration.instance().identity(), incarnation));
        if (!begun || !mine.equals(told)) {
            begun = true;
            told = mine;
            listener.accept(mine);
        }
    }
}
