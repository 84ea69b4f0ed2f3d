package dev.rollcall.internal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes daemon threads that carry a name of ours and know who owns them. */
final class OwnedThreads implements ThreadFactory {

    private final String name;
    private final boolean numbered;
    private final AtomicInteger made = new AtomicInteger();

    /** Threads called {@code name-1}, {@code name-2} and so on; just {@code name} where they are not numbered. */
    OwnedThreads(String name, boolean numbered) {
        this.name = name;
        this.numbered = numbered;
    }

    @Override
    public Thread newThread(Runnable task) {
        int number = made.incrementAndGet();
        return new Owned(this, task, numbered ? name + "-" + number : name);
    }

    /** Whether the calling thread is one of these: it must not wait for itself to end. */
    boolean includeCaller() {
        return Thread.currentThread() instanceof Owned owned && owned.owner == this;
    }

    private static final class Owned extends Thread {

        private final OwnedThreads owner;

        Owned(OwnedThreads owner, Runnable task, String name) {
            super(task, name);
            this.owner = owner;
            setDaemon(true);
        }
    }
}
