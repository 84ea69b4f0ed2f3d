package dev.rollcall.etcd.server.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Makes the threads of one server, named after it, and waits for their end. */
final class Threads {
    /** What the names of all servers begin with; a number follows. */
    static final String PREFIX = "rollcall-etcd-server-";

    private final String server;
    private final LongSupplier time;
    private final Queue<Thread> started = new ConcurrentLinkedQueue<>();

    /** Threads of a server; the time is monotonic, in nanoseconds. */
    Threads(String server, LongSupplier time) {
        this.server = server;
        this.time = time;
    }

    /** Makes daemon threads named {@code rollcall-etcd-server-N-role-M}. */
    ThreadFactory named(String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, server + "-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            started.removeIf(old -> old.getState() == Thread.State.TERMINATED);
            started.add(thread);
            return thread;
        };
    }

    /** Whether a thread belongs to a server, of whatever role and number. */
    static boolean isOurs(Thread thread) {
        return thread.getName().startsWith(PREFIX);
    }

    /** Waits until all threads have ended, for two seconds. */
    void join() {
        long end = time.getAsLong() + TimeUnit.SECONDS.toNanos(2);
        try {
            for (Thread thread : started) {
                if (thread != Thread.currentThread() && thread.getState() != Thread.State.NEW) {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - time.getAsLong())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
