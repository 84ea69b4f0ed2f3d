package dev.rollcall.instance;

/**
 * What an operator laid over an instance, beside what it says of itself: that it is out of service.
 *
 * <p>It counts for one incarnation and says nothing of the next.
 *
 * @param instance whom it is about
 * @param incarnation of which life of it
 * @param status what counts instead of the instance's own status; {@link InstanceStatus#UP} leaves that as it is
 * @param reason why, for people; without control characters, 512 bytes of UTF-8 at most, may be empty
 */
public record Overlay(InstanceId instance, Incarnation incarnation, InstanceStatus status, String reason) {

    private static final int MOST_BYTES = 512;

    /** Checks the reason. */
    public Overlay {
        Checks.text("the reason", reason, MOST_BYTES);
    }

    /** The overlay that takes an instance out of service. */
    public static Overlay out(InstanceId instance, Incarnation incarnation, String reason) {
        return new Overlay(instance, incarnation, InstanceStatus.PAUSED, reason);
    }

    /** Whether it takes its instance out of service. */
    public boolean takesOut() {
        return status != InstanceStatus.UP;
    }

    /** That it does, in words: {@code taken out by hand: the disk is full}. */
    public String sentence() {
        return "taken out by hand" + (reason.isEmpty() ? "" : ": " + Checks.harmless(reason));
    }

    /** Whom it is about, and what it says. */
    @Override
    public String toString() {
        return Checks.harmless(
                instance + " of incarnation " + incarnation + " " + (takesOut() ? sentence() : "as it is"));
    }
}
