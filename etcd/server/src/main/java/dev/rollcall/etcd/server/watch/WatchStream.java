package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Store;
import dev.rollcall.etcd.server.watch.WatchMessage.Event;
import dev.rollcall.etcd.server.watch.Watcher.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client stream: its watchers, and the messages that wait to be sent, in order. At most {@link #OUTBOX_LIMIT} event messages
 * wait; answers to the client's own requests are not counted, so whoever feeds requests in stops while {@link #isFull()}.
 */
public final class WatchStream {
    /** Waiting messages above which watchers are no longer fed live. */
    public static final int OUTBOX_LIMIT = 128;

    /** Most revisions in one message from history. */
    static final int BATCH_REVISIONS = 1000;

    /** Most revisions looked through in one go, so that one far-behind watcher does not hold up everybody. */
    static final int SCAN_REVISIONS = 10_000;

    private final WatchHub hub;
    private final Map<Long, Watcher> watchers = new LinkedHashMap<>();
    private final ArrayDeque<Watcher> behind = new ArrayDeque<>();
    private final ArrayDeque<WatchMessage> outbox = new ArrayDeque<>();
    private long nextId;
    private long progressDue;

    WatchStream(WatchHub hub, long progressDue) {
        this.hub = hub;
        this.progressDue = progressDue;
    }

    /** Creates a watcher; the answer goes to the outbox in front of its first event. */
    public void create(WatchSpec spec) {
        Store store = hub.store();
        long revision = store.revision();
        if (spec.startRevision() < 0) {
            enqueue(WatchMessage.refused(revision, Refusal.Reason.COMPACTED.text()));
        } else if (spec.range().isEmpty()) {
            enqueue(WatchMessage.refused(revision, "mvcc: watcher range is empty"));
        } else if (spec.id() != 0 && watchers.containsKey(spec.id())) {
            enqueue(WatchMessage.refused(revision, "mvcc: duplicate watch ID provided on the WatchStream"));
        } else {
            Watcher watcher = new Watcher(spec.id() == 0 ? freeId() : spec.id(), spec, this, revision);
            watchers.put(watcher.id, watcher);
            hub.added(watcher);
            if (watcher.state == State.BEHIND) {
                behind.add(watcher);
            }
            enqueue(WatchMessage.created(watcher.id, revision));
        }
    }

    /** Ends a watcher on the client's wish; silent when there is none with this id. */
    public void cancel(long id) {
        Watcher watcher = watchers.remove(id);
        if (watcher != null) {
            hub.removed(watcher);
            behind.remove(watcher);
            enqueue(WatchMessage.canceled(id, hub.store().revision()));
        }
    }

    /** Answers with the current revision, but only if there are watchers and none of them is behind. */
    public void requestProgress() {
        if (!watchers.isEmpty() && watchers.values().stream().allMatch(watcher -> watcher.state == State.SYNCED)) {
            enqueue(WatchMessage.progress(WatchMessage.NO_WATCHER, hub.store().revision()));
        }
    }

    /** Takes the next message to send, from history if nothing else waits; null when there is none for now. */
    public @Nullable WatchMessage poll() {
        if (outbox.isEmpty()) {
            catchUp();
        }
        return outbox.poll();
    }

    /** Whether {@link #poll()} is worth calling again. */
    public boolean hasBacklog() {
        return !outbox.isEmpty() || !behind.isEmpty();
    }

    /** Whether so much waits that no further request should be taken from the client. */
    public boolean isFull() {
        return outbox.size() >= OUTBOX_LIMIT;
    }

    /** Ends all watchers. */
    public void close() {
        watchers.values().forEach(hub::removed);
        watchers.clear();
        behind.clear();
        outbox.clear();
        hub.closed(this);
    }

    void deliver(Watcher watcher, long revision) {
        if (isFull()) {
            watcher.fallBehind(revision);
            behind.add(watcher);
            hub.markReady(this);
            return;
        }
        watcher.busy = true;
        List<Event> events = new ArrayList<>(watcher.pending.size());
        watcher.pending.forEach(change -> events.add(event(watcher, change)));
        enqueue(WatchMessage.events(watcher, revision, events));
    }

    void tick(long now, long interval) {
        if (now - progressDue < 0) {
            return;
        }
        progressDue = now + interval;
        for (Watcher watcher : watchers.values()) {
            if (watcher.spec.progress() && watcher.state == State.SYNCED && !watcher.busy && !isFull()) {
                enqueue(WatchMessage.progress(watcher.id, hub.store().revision()));
            }
            watcher.busy = false;
        }
    }

    /** Serves the watchers that are behind in turn, until there is a message or each had one go. */
    private void catchUp() {
        for (int turns = behind.size(); turns > 0 && outbox.isEmpty(); turns--) {
            Watcher watcher = behind.remove();
            long compacted = hub.store().compacted();
            if (watcher.next < compacted) {
                // Its id stays taken until the client cancels it, as in etcd.
                watcher.state = State.LOST;
                outbox.add(WatchMessage.compacted(watcher.id, compacted));
            } else {
                replay(watcher);
            }
        }
    }

    private void replay(Watcher watcher) {
        long current = hub.store().revision();
        long end = Math.min(current, watcher.next + SCAN_REVISIONS - 1);
        List<Event> events = new ArrayList<>();
        int revisions = 0;
        for (Commit commit : hub.store().commits(watcher.next, end)) {
            int before = events.size();
            for (KeyValue change : commit.changes()) {
                if (watcher.spec.range().contains(change.key()) && watcher.spec.wants(change)) {
                    events.add(event(watcher, change));
                }
            }
            revisions += events.size() > before ? 1 : 0;
            if (revisions == BATCH_REVISIONS) {
                end = commit.revision();
                break;
            }
        }
        watcher.next = end + 1;
        if (end == current) {
            watcher.state = State.SYNCED;
        } else {
            behind.add(watcher);
        }
        if (!events.isEmpty()) {
            watcher.busy = true;
            outbox.add(WatchMessage.events(watcher, current, events));
        }
    }

    private Event event(Watcher watcher, KeyValue change) {
        boolean hadPrevious = watcher.spec.previous() && !change.isCreation();
        return new Event(change, hadPrevious ? hub.store().at(change.key(), change.modRevision() - 1) : null);
    }

    private long freeId() {
        while (watchers.containsKey(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    private void enqueue(WatchMessage message) {
        outbox.add(message);
        hub.markReady(this);
    }
}
