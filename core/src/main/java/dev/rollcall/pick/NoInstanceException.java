package dev.rollcall.pick;

import dev.rollcall.discovery.Snapshot;

/** Says that a view shows no instance that can be picked, and what it shows instead. */
public final class NoInstanceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String service;

    NoInstanceException(Snapshot snapshot) {
        super(message(snapshot));
        this.service = snapshot.name();
    }

    /** The service, or the directory, of the view. */
    public String service() {
        return service;
    }

    private static String message(Snapshot snapshot) {
        String begin = "no instance of " + snapshot.name() + " can be picked: ";
        if (!snapshot.known()) {
            return begin + "the store was not read yet; wait with awaitInstances, or check that it can be reached";
        }
        int shown = snapshot.instances().size();
        int up = snapshot.available().size();
        String what = shown == 0
                ? "none is registered"
                : shown + " registered, " + (shown - up) + " of them paused or leaving, " + up
                        + " up without an endpoint";
        return begin + what + " (" + snapshot.freshness() + ", revision " + snapshot.revision() + ")";
    }
}
