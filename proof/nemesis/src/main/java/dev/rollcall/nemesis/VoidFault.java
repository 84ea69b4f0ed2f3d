package dev.rollcall.nemesis;

/** The fault did not act, and so proves nothing. */
final class VoidFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    VoidFault(String reason) {
        super(reason);
    }

    /** Throws unless the fault was seen to act. */
    static void unless(boolean acted, String reason) {
        if (!acted) {
            throw new VoidFault(reason);
        }
    }
}
