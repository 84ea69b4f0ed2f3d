package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;

/**
 * One watcher and how far it has come.
 *
 * <pre>
 *   created, nothing missed ---> SYNCED <--- caught up ---+
 *                                  |                      |
 *                                  +-- stream is full -> BEHIND --- overtaken by a compaction ---> LOST
 *   created, starts in the past ---------------------------^
 * </pre>
 */
final class Watcher {
    final long id;
    final WatchSpec spec;
    final WatchStream stream;
    State state;

    /** First revision the watcher has not been given: meaningful while BEHIND; while SYNCED, none below it is of interest. */
    long next;

    /** Whether it got events since the last round of progress messages. */
    boolean busy;

    /** Events of the commit that is being published. */
    final List<KeyValue> pending = new ArrayList<>();

    Watcher(long id, WatchSpec spec, WatchStream stream, long current) {
        this.id = id;
        this.spec = spec;
        this.stream = stream;
        this.next = spec.startRevision() == 0 ? current + 1 : spec.startRevision();
        this.state = next > current ? State.SYNCED : State.BEHIND;
    }

    void fallBehind(long revision) {
        state = State.BEHIND;
        next = revision;
    }

    enum State {
        SYNCED,
        BEHIND,
        LOST
    }
}
