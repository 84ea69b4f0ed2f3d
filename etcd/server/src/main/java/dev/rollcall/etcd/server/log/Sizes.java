package dev.rollcall.etcd.server.log;

/**
 * When files end and begin.
 *
 * @param file a log file longer than this is not continued, bytes
 * @param prepared a log file grows by zeros of this size, so that most forces need not write down a new length; bytes
 * @param image no image is taken for less log than this, bytes
 */
record Sizes(int file, int prepared, long image) {
    static final Sizes DEFAULT = new Sizes(16 << 20, 1 << 20, 32 << 20);
}
