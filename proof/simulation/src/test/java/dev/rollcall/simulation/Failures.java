package dev.rollcall.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Texts of what was thrown. */
final class Failures {

    private Failures() {}

    static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
