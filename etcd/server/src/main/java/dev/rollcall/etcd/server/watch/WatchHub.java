package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** All watch streams over one store. Belongs to the writing thread, but for the number of watchers. */
public final class WatchHub {
    private final Store store;
    private final long progressInterval;
    private final WatchIndex index = new WatchIndex();
    private final Set<WatchStream> streams = new LinkedHashSet<>();
    private final Set<WatchStream> ready = new LinkedHashSet<>();
    private final AtomicInteger watchers = new AtomicInteger();

    /**
     * A hub without streams.
     *
     * @param progressInterval time between the progress messages to a watcher that wants them and hears nothing else, nanoseconds
     */
    public WatchHub(Store store, long progressInterval) {
        this.store = store;
        this.progressInterval = progressInterval;
    }

    /** Adds a stream without watchers. */
    public WatchStream open(long now) {
        WatchStream stream = new WatchStream(this, now + progressInterval);
        streams.add(stream);
        return stream;
    }

    /** Tells the watchers of every key that a commit changed. Commits come in order, each once. */
    public void publish(Commit commit) {
        List<Watcher> touched = new ArrayList<>();
        for (KeyValue change : commit.changes()) {
            index.forEach(change.key(), watcher -> {
                if (watcher.state == Watcher.State.SYNCED
                        && watcher.next <= commit.revision()
                        && watcher.spec.wants(change)) {
                    if (watcher.pending.isEmpty()) {
                        touched.add(watcher);
                    }
                    watcher.pending.add(change);
                }
            });
        }
        for (Watcher watcher : touched) {
            watcher.stream.deliver(watcher, commit.revision());
            watcher.pending.clear();
        }
    }

    /** Sends the progress messages that are due. */
    public void tick(long now) {
        for (WatchStream stream : streams) {
            stream.tick(now, progressInterval);
        }
    }

    /** The streams that have got something to send since this was last asked, each once. */
    public List<WatchStream> takeReady() {
        List<WatchStream> taken = List.copyOf(ready);
        ready.clear();
        return taken;
    }

    /** How many watchers there are, on all streams. Safe for use by any thread. */
    public int watchers() {
        return watchers.get();
    }

    Store store() {
        return store;
    }

    void markReady(WatchStream stream) {
        ready.add(stream);
    }

    void added(Watcher watcher) {
        watchers.incrementAndGet();
        index.add(watcher);
    }

    void removed(Watcher watcher) {
        watchers.decrementAndGet();
        index.remove(watcher);
    }

    void closed(WatchStream stream) {
        streams.remove(stream);
        ready.remove(stream);
    }
}
