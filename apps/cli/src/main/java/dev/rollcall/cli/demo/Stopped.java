package dev.rollcall.cli.demo;

/** The person has had enough: ends the demo from wherever it is. */
final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Stopped() {
        super("stopped", null, false, false);
    }
}
