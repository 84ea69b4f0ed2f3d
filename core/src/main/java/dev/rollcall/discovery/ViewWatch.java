package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchListener;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.internal.SerialExecutor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The watch of a view, one at a time; what an earlier one still says does not count. What it says is told on the view's serial executor, with the moment at
 * which it was heard; where more waits for that than fits in memory, the view is told that it must read anew.
 *
 * <p>Used on the serial executor, but for {@link #end}.
 */
final class ViewWatch {

    private final KeyRange range;
    private final Wiring wiring;
    private final SerialExecutor serial;
    private final BiConsumer<ViewEvent, Moment> told;
    private final Consumer<Throwable> failed;
    private final Object lock = new Object();
    private @Nullable Watch watch;
    private int number;
    private boolean ended;
    private @Nullable Ear ahead;

    ViewWatch(
            KeyRange range,
            Wiring wiring,
            SerialExecutor serial,
            BiConsumer<ViewEvent, Moment> told,
            Consumer<Throwable> failed) {
        this.range = range;
        this.wiring = wiring;
        this.serial = serial;
        this.told = told;
        this.failed = failed;
    }

    /**
     * Asks for a watch before the list that it follows is decoded, which for a hundred thousand keys takes a second: the view would not know what happens
     * meanwhile.
     */
    void openAhead(long from) {
        ahead = begin(from);
    }

    /**
     * Opens a watch, or keeps the one that was opened ahead for this. If more came meanwhile than fits in memory, the store has it still, though a watch that is
     * taken on so late must prove the whole.
     */
    void open(long from) {
        Ear early = ahead;
        ahead = null;
        if (early == null || early.from != from || early.inflow.isFull()) {
            begin(from);
        }
    }

    void requestProgress() {
        synchronized (lock) {
            if (watch != null) {
                watch.requestProgress();
            }
        }
    }

    void close() {
        ahead = null;
        replace(null);
    }

    /** Closes, for good. Safe for use by any thread. */
    void end() {
        synchronized (lock) {
            ended = true;
        }
        replace(null);
    }

    private Ear begin(long from) {
        Ear ear = new Ear(replace(null), from);
        WatchRequest request = WatchRequest.of(range).from(from).withProgress();
        try {
            Watch opened = wiring.client().watches().watch(request, ear);
            replace(opened);
            opened.ended().whenComplete((nothing, failure) -> {
                if (failure != null) {
                    ear.end(failure);
                }
            });
        } catch (EtcdException e) {
            ear.end(e);
        }
        return ear;
    }

    /** Closes the watch there is; returns the number by which the next one is known. */
    private int replace(@Nullable Watch next) {
        Watch ending;
        int known;
        synchronized (lock) {
            ending = watch;
            watch = ended ? null : next;
            if (next == null) {
                number++;
            } else if (ended) {
                ending = next;
            }
            known = number;
        }
        if (ending != null) {
            ending.close();
        }
        return known;
    }

    private boolean isCurrent(int known) {
        synchronized (lock) {
            return known == number;
        }
    }

    /** Hears one watch. */
    private final class Ear implements WatchListener {

        private final int known;
        private final long from;
        private final Inflow inflow = new Inflow();

        Ear(int known, long from) {
            this.known = known;
            this.from = from;
        }

        private void enqueue(ViewEvent event) {
            enqueue(event, null);
        }

        /** The failure is told right before its event: what waits before it was no failure yet. */
        private void enqueue(ViewEvent event, @Nullable Throwable failure) {
            Moment heard = wiring.now();
            serial.offer(() -> {
                if (failure != null && isCurrent(known)) {
                    failed.accept(failure);
                }
                tell(event, heard);
            });
        }

        /** Once a batch is missing nothing else counts. */
        private void tell(ViewEvent event, Moment heard) {
            if (isCurrent(known)) {
                told.accept(inflow.isFull() ? new ViewEvent.Compacted() : event, heard);
            }
        }

        void end(Throwable failure) {
            enqueue(new ViewEvent.WatchEnded(), failure);
        }

        @Override
        public void batch(WatchBatch batch) {
            if (inflow.isFull()) {
                return;
            }
            long size = Backlog.sizeOf(batch);
            if (!inflow.take(size)) {
                enqueue(new ViewEvent.Compacted());
                return;
            }
            Moment heard = wiring.now();
            boolean queued = serial.offer(() -> {
                inflow.leave(size);
                tell(new ViewEvent.Changed(batch), heard);
            });
            if (!queued) {
                inflow.fill();
            }
        }

        @Override
        public void created(Header header, boolean resumed) {
            enqueue(new ViewEvent.Created(header, resumed));
        }

        @Override
        public void progress(Header header) {
            enqueue(new ViewEvent.Progress(header));
        }

        @Override
        public void interrupted(EtcdException cause) {
            enqueue(new ViewEvent.Interrupted(), cause);
        }

        @Override
        public void compacted(long compactRevision) {
            enqueue(new ViewEvent.Compacted());
        }

        @Override
        public void wentBack(Header header) {
            enqueue(new ViewEvent.WentBack(header));
        }
    }
}
