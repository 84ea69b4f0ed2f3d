package dev.rollcall.instance;

/** Whether an instance wants work. Only {@link #UP} ones are picked; the others stay visible. */
public enum InstanceStatus {

    /** Serving. */
    UP("up"),

    /** Taken out of service by its owner, or by a newer status that this version does not know; it may come back. */
    PAUSED("paused"),

    /** About to deregister: its key is deleted next, and that is no failure. */
    LEAVING("leaving");

    private final String word;

    InstanceStatus(String word) {
        this.word = word;
    }

    /** The word that stands for it in a value: {@code up}, {@code paused}, {@code leaving}. */
    public String word() {
        return word;
    }

    /** The status of a word; {@link #PAUSED} for one that this version does not know, so that nobody is sent there by mistake. */
    public static InstanceStatus ofWord(String word) {
        for (InstanceStatus status : values()) {
            if (status.word.equals(word)) {
                return status;
            }
        }
        return PAUSED;
    }
}
