package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Writes down what a watch tells, and lets a test wait for it. */
final class RecordingWatchListener implements WatchListener {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final List<String> told = new ArrayList<>();
    private final List<String> threads = new ArrayList<>();

    @Override
    public void batch(WatchBatch batch) {
        WatchMessages.told(batch.events()).forEach(this::write);
    }

    @Override
    public void created(Header header, boolean resumed) {
        write((resumed ? "resumed at " : "created at ") + header.revision());
    }

    @Override
    public void progress(Header header) {
        write("progress " + header.revision());
    }

    @Override
    public void interrupted(EtcdException cause) {
        write("interrupted " + cause.code());
    }

    @Override
    public void compacted(long compactRevision) {
        write("compacted " + compactRevision);
    }

    @Override
    public void wentBack(Header header) {
        write("went back to " + header.revision());
    }

    private synchronized void write(String line) {
        told.add(line);
        threads.add(Thread.currentThread().getName());
        notifyAll();
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }

    /** Only the changes. */
    synchronized List<String> changes() {
        return told.stream().filter(line -> line.contains("@")).toList();
    }

    synchronized List<String> threads() {
        return List.copyOf(threads);
    }

    void await(String line) {
        await(lines -> lines.contains(line), "\"" + line + "\"");
    }

    void awaitChanges(int number) {
        await(lines -> lines.stream().filter(line -> line.contains("@")).count() >= number, number + " changes");
    }

    synchronized void await(Predicate<List<String>> expected, String what) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!expected.test(told)) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("not told in time: " + what + "; but " + told);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
