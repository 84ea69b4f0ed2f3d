package dev.rollcall.bench;

import java.io.IOException;
import java.util.List;

/** Something that is measured. */
interface Row {

    /** By what it is asked for on the command line. */
    String name();

    /** Who takes turns. */
    default List<Subject> subjects() {
        return List.of(Subject.values());
    }

    /** How many turns count for each. */
    default int turns() {
        return 5;
    }

    /** How many turns each has before, which do not count. */
    default int warmUps() {
        return 1;
    }

    /** Measures one subject once, and notes what it found. */
    void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException;
}
