package dev.rollcall.observe;

/** Watches nothing. */
enum NoObserver implements Observer {
    INSTANCE;

    @Override
    public void observed(Observation event) {
        // Nobody asked.
    }
}
