package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Applied;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Refusal;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A data directory with its writer and a loop, from start to stop: a server without its network. */
final class RunningStore implements AutoCloseable {
    /** Small enough that a short run begins many files and images. */
    static final Sizes SMALL = new Sizes(4096, 1024, 6000);

    private final DataDirectory data;
    private final LogWriter writer;
    private final ExecutorService loop =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "rollcall-test-loop"));
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Consumer<Applied> watcher;

    private RunningStore(DataDirectory data, Consumer<Applied> watcher) {
        this.data = data;
        this.watcher = watcher;
        this.writer = data.writer(new LogWriter.Threads(this::thread, this::thread, loop::execute, System::nanoTime));
        writer.start();
    }

    /** Opens what is on a disk; {@code watcher} is told on the loop of all that is applied. */
    static RunningStore open(Disk disk, Consumer<Applied> watcher) throws IOException {
        return new RunningStore(DataDirectory.open(disk, SMALL, () -> Identity.of("test", "store"), 0), watcher);
    }

    static DataDirectory data(Disk disk) throws IOException {
        return DataDirectory.open(disk, SMALL, () -> Identity.of("test", "another store"), 0);
    }

    Machine machine() {
        return data.machine();
    }

    LogWriter writer() {
        return writer;
    }

    /** Completes on the loop with what became of a command. */
    CompletableFuture<Applied> send(Command command) {
        CompletableFuture<Applied> answer = new CompletableFuture<>();
        boolean queued = writer.write(command, new LogWriter.Receipt() {
            @Override
            public void written() {
                try {
                    Applied applied = data.machine().apply(command, 0);
                    watcher.accept(applied);
                    answer.complete(applied);
                } catch (Refusal e) {
                    answer.completeExceptionally(new RefusedByMachine(e));
                }
            }

            @Override
            public void refused(Refusal why) {
                answer.completeExceptionally(why);
            }
        });
        if (!queued) {
            throw new IllegalStateException("too much waits");
        }
        return answer;
    }

    @Override
    public void close() {
        writer.stop();
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
            loop.shutdown();
            if (!loop.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the loop does not end");
            }
            data.close();
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "rollcall-test-log");
        threads.add(thread);
        return thread;
    }

    /** The command is on disk, and the machine did not carry it out. */
    static final class RefusedByMachine extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedByMachine(Refusal cause) {
            super(cause);
        }
    }
}
