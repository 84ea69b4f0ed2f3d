package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;

/**
 * What a view was opened for.
 *
 * @param service of which service; of a directory where it ends in a slash
 * @param guarded whether losses that are too many at once are held back
 * @param grace how long, in nanoseconds, an expiry waits for its owner
 */
record ViewedRange(String who, String name, String service, boolean guarded, long grace) {

    static ViewedRange of(Line view) {
        return new ViewedRange(
                view.who(), view.text("v"), view.text("service"), view.is("guarded"), view.number("grace") * 1_000_000);
    }

    /** Whether a key may be shown: V14. */
    boolean shows(String key) {
        String root = "services/" + (service.equals("/") ? "" : service);
        if (service.endsWith("/")) {
            return key.startsWith(root) && key.indexOf('/', "services/".length()) > 0;
        }
        return key.startsWith(root + "/") && key.lastIndexOf('/') == root.length();
    }

    @Override
    public String toString() {
        return who + "/" + name;
    }
}
