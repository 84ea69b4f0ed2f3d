package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on disk what one view last knew, so that the next process can begin with it. Decides when; the disk itself is waited for on an executor of
 * its own, where at most one write of this view waits.
 *
 * <p>What the guard holds back is kept as it was before: who starts in that moment is to hold it back, too.
 */
final class DiskKeeper {

    /** The time between two writes. */
    static final long APART = Duration.ofSeconds(5).toNanos();

    /** A view that does not change is written so often, so that its age on disk is that of its last proof. */
    static final long RENEWED = Duration.ofMinutes(10).toNanos();

    private final KeyRange range;
    private final Disk disk;
    private final TimeSource time;
    private final AtomicReference<@Nullable DiskView> waiting = new AtomicReference<>();
    private @Nullable KeyOrder<KeyValue> written;
    private long writtenAt;
    private Moment writtenProof;

    /**
     * Where the disk is, and who waits for it.
     *
     * @param files the files
     * @param executor runs one task at a time
     */
    record Disk(DiskViews files, Executor executor) {}

    DiskKeeper(KeyRange range, Disk disk, Moment now, TimeSource time) {
        this.range = range;
        this.disk = disk;
        this.time = time;
        this.writtenAt = now.nanos() - RENEWED;
        this.writtenProof = now;
    }

    /** Reads what is kept; tells it, or null, once. */
    void load(Consumer<@Nullable DiskView> then) {
        try {
            disk.executor().execute(() -> then.accept(disk.files().read(range).orElse(null)));
        } catch (RejectedExecutionException e) {
            then.accept(null);
        }
    }

    /** The moment of which a view on disk tells: as old as the wall clock says, never of the future. */
    Moment asOf(DiskView view) {
        Duration age = Duration.between(view.provenAt(), time.now());
        return new Moment(time.nanos() - Math.max(0, age.toNanos()), view.provenAt());
    }

    /** Told of each step, on the loop of the view; says after how many nanoseconds it wants to be told again at the latest. */
    long step(ViewState<?> state, long now) {
        if (!worthKeeping(state)) {
            return Long.MAX_VALUE;
        }
        boolean changed = state.content().truth() != written;
        if (!changed && state.provenAt().equals(writtenProof)) {
            return Long.MAX_VALUE;
        }
        long due = writtenAt + (changed ? APART : RENEWED) - now;
        if (due > 0) {
            return due;
        }
        written = state.content().truth();
        writtenAt = now;
        writtenProof = state.provenAt();
        write(state);
        return RENEWED;
    }

    /** Writes what is known at the end, from any thread. Does not wait for it. */
    void close(ViewState<?> state) {
        if (worthKeeping(state)) {
            write(state);
        }
    }

    private static boolean worthKeeping(ViewState<?> state) {
        return state.known() && state.content().guarded() == 0;
    }

    private void write(ViewState<?> state) {
        Content<?> content = state.content();
        DiskView next = new DiskView(
                range,
                state.cluster(),
                state.term(),
                content.revision(),
                state.provenAt().wall(),
                content.truth().values());
        if (waiting.getAndSet(next) == null) {
            try {
                disk.executor().execute(this::writeYoungest);
            } catch (RejectedExecutionException closed) {
                waiting.set(null);
            }
        }
    }

    private void writeYoungest() {
        DiskView youngest = waiting.getAndSet(null);
        if (youngest != null) {
            disk.files().write(youngest);
        }
    }
}
