package dev.rollcall.pick;

import dev.rollcall.instance.Instance;

/** An instance that may be picked, and how it stands. */
record Candidate(Instance instance, Standing standing) {

    int weight() {
        return instance.weight();
    }
}
