package dev.rollcall.discovery;

/** Told of a raw key and its value. Calls come one at a time, in revision order, on the listener executor. */
@FunctionalInterface
public interface FollowListener {

    /**
     * A key was put, or deleted.
     *
     * @param key the whole key, read as UTF-8
     * @param value its value, or the last one before it was deleted, read as UTF-8
     */
    void entry(String key, String value);
}
