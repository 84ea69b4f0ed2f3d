package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.MachineImage;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes the log. It takes all commands that wait, puts them on disk with one force, and hands them to the loop, which
 * applies and answers them. What cannot be written is taken back from the disk and refused; the next command is tried again, so a full
 * disk needs no restart once there is room.
 */
public final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** Most bytes of commands that wait. */
    private static final long MAX_WAITING_BYTES = 64L << 20;

    /** Most bytes in one frame, but for a single command that is larger. */
    private static final int MAX_FRAME_BYTES = 4 << 20;

    private final Disk disk;
    private final Identity identity;
    private final Sizes sizes;
    private final CommandLog log;
    private final Machine machine;
    private final Threads threads;
    private final Thread thread;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final ForceTimes forceTimes = new ForceTimes();
    private final AtomicLong waitingBytes = new AtomicLong();
    private @Nullable Waiting held;
    private boolean doubtful;
    private boolean failing;
    private volatile Applied applied;
    private volatile boolean outOfSpace;
    private volatile boolean stopped;
    private volatile boolean imageRuns;
    private volatile long imageBytes;
    private final AtomicLong bytesSinceImage;

    LogWriter(
            Disk disk,
            Identity identity,
            Sizes sizes,
            CommandLog log,
            Machine machine,
            Threads threads,
            long imageBytes,
            long logBytes) {
        this.disk = disk;
        this.identity = identity;
        this.sizes = sizes;
        this.log = log;
        this.machine = machine;
        this.threads = threads;
        this.thread = threads.log.newThread(this::run);
        this.applied = new Applied(log.next() - 1, machine.store().revision());
        this.imageBytes = imageBytes;
        this.bytesSinceImage = new AtomicLong(logBytes);
    }

    /**
     * Where a writer runs.
     *
     * @param log makes the thread that writes the log
     * @param image makes threads that write one image each
     * @param loop runs tasks, in order, where the machine may be touched
     * @param clock monotonic nanoseconds
     */
    public record Threads(ThreadFactory log, ThreadFactory image, Consumer<Runnable> loop, LongSupplier clock) {}

    /** Is told on the loop, once, what became of a command. */
    public interface Receipt {

        /** It is on disk, and to be applied now: the log has it in this place. */
        void written();

        /** It was not written and never will be; or, where it says {@link Reason#TIMED_OUT}, it may be found after a restart. */
        void refused(Refusal why);
    }

    /** Begins to write. */
    public void start() {
        thread.start();
    }

    /** Ends the threads after what they are doing; what waits is dropped. */
    public void stop() {
        stopped = true;
        queue.add(new Waiting(new byte[0], NOBODY));
    }

    /** Queues a command; by any thread. False when too much waits. */
    public boolean write(Command command, Receipt receipt) {
        byte[] record = CommandFormat.encode(command);
        if (waitingBytes.addAndGet(record.length) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-record.length);
            return false;
        }
        queue.add(new Waiting(record, receipt));
        return true;
    }

    /** Whether the last attempt to write failed for want of space. */
    public boolean outOfSpace() {
        return outOfSpace;
    }

    /** How long the disk took for each batch. */
    public ForceTimes forceTimes() {
        return forceTimes;
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        while (!stopped) {
            if (take(batch)) {
                write(batch);
                batch = new ArrayList<>();
            }
        }
    }

    /** Takes all that waits, but no more than a frame holds. */
    private boolean take(List<Waiting> batch) {
        Waiting next = held == null ? poll() : held;
        held = null;
        long bytes = 0;
        while (next != null) {
            if (!batch.isEmpty() && bytes + next.record.length > MAX_FRAME_BYTES) {
                held = next;
                break;
            }
            bytes += next.record.length;
            batch.add(next);
            next = queue.poll();
        }
        waitingBytes.addAndGet(-bytes);
        return !batch.isEmpty() && !stopped;
    }

    private @Nullable Waiting poll() {
        try {
            return queue.poll(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            stopped = true;
            return null;
        }
    }

    private void write(List<Waiting> batch) {
        List<byte[]> records = batch.stream().map(waiting -> waiting.record).toList();
        try {
            if (doubtful) {
                log.cutBack();
                doubtful = false;
            }
        } catch (IOException e) {
            refuse(batch, reason(e));
            return;
        }
        Applied known = applied;
        try {
            long begun = threads.clock.getAsLong();
            bytesSinceImage.addAndGet(log.append(records, known.sequence, known.revision));
            forceTimes.took(threads.clock.getAsLong() - begun);
        } catch (IOException e) {
            if (!failing) {
                LOG.error(
                        "Cannot write to {} ({}); writes are refused until it can be written again",
                        disk.describe(""),
                        e.toString());
            }
            failing = true;
            doubtful = true;
            refuse(batch, takenBack() ? reason(e) : Reason.TIMED_OUT);
            return;
        }
        if (failing) {
            failing = false;
            outOfSpace = false;
            LOG.info("{} can be written again; writes go on", disk.describe(""));
        }
        handOver(batch, log.next() - 1);
    }

    private boolean takenBack() {
        try {
            log.cutBack();
            doubtful = false;
        } catch (IOException e) {
            LOG.debug("Cannot take back what was written in part", e);
        }
        return !doubtful;
    }

    /** Java tells a full disk by the system's words alone. */
    private Reason reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        outOfSpace = message.contains("No space left")
                || message.contains("quota exceeded")
                || message.contains("not enough space");
        return outOfSpace ? Reason.NO_SPACE : Reason.TIMED_OUT;
    }

    private void refuse(List<Waiting> batch, Reason reason) {
        threads.loop.accept(() -> {
            for (Waiting waiting : batch) {
                guarded(() -> waiting.receipt.refused(new Refusal(reason)));
            }
        });
    }

    private void handOver(List<Waiting> batch, long last) {
        boolean due = !imageRuns && bytesSinceImage.get() > Math.max(sizes.image(), imageBytes);
        imageRuns |= due;
        threads.loop.accept(() -> {
            for (Waiting waiting : batch) {
                guarded(waiting.receipt::written);
            }
            applied = new Applied(last, machine.store().revision());
            if (due) {
                image(last, machine.image());
            }
        });
    }

    private void image(long sequence, MachineImage image) {
        threads.image
                .newThread(() -> {
                    try {
                        writeImage(sequence, image);
                    } catch (IOException | RuntimeException | OutOfMemoryError e) {
                        LOG.warn(
                                "No image could be written to {} ({}); the log grows on",
                                disk.describe(""),
                                e.toString());
                    } finally {
                        imageRuns = false;
                    }
                })
                .start();
    }

    private void writeImage(long sequence, MachineImage image) throws IOException {
        long covered = bytesSinceImage.getAndSet(0);
        long size = Images.write(disk, identity, sequence, image, machine.store(), () -> stopped);
        if (size == 0) {
            bytesSinceImage.addAndGet(covered);
        } else {
            imageBytes = size;
            Images.forget(disk, sequence);
            CommandLog.forget(disk, sequence);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("A request failed inside the server", e);
        }
    }

    private static final Receipt NOBODY = new Receipt() {
        @Override
        public void written() {}

        @Override
        public void refused(Refusal why) {}
    };

    private static final class Waiting {
        private final byte[] record;
        private final Receipt receipt;

        Waiting(byte[] record, Receipt receipt) {
            this.record = record;
            this.receipt = receipt;
        }
    }

    /** The last record that was applied, and the store's revision after it. */
    private record Applied(long sequence, long revision) {}
}
