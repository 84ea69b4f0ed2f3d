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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client stream: its watchers, and the messages that wait to be sent, in order. At most {@link #OUTBOX_LIMIT} event messages
 * wait; answers to the client's own requests are not counted, so whoever feeds requests in stops while {@link #isFull()}.
 */
public final class WatchStream {
    /** Waiting messages above which watchers are no longer fed live. */
    public static final int OUTBOX_LIMIT = 128;

    /** Most revisions in one message from history, and most looked through in one go. */
    static final int BATCH_REVISIONS = 1000;

    /** Changes after which a look through history pauses, so that one far-behind watcher does not hold up everybody. */
    static final int SCAN_CHANGES = 10_000;

    private final WatchHub hub;
    private final Map<Long, Watcher> watchers = new LinkedHashMap<>();
    private final Set<Watcher> behind = new LinkedHashSet<>();
    private final WatchIndex behindByKey = new WatchIndex();
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
                fallBehind(watcher);
            }
            enqueue(WatchMessage.created(watcher.id, revision));
        }
    }

    /** Answers a creation with a reason why not. */
    public void refuse(String reason) {
        enqueue(WatchMessage.refused(hub.store().revision(), reason));
    }

    /** Ends a watcher on the client's wish; silent when there is none with this id. */
    public void cancel(long id) {
        Watcher watcher = watchers.remove(id);
        if (watcher != null) {
            hub.removed(watcher);
            leaveBehind(watcher);
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
        List.copyOf(behind).forEach(this::leaveBehind);
        outbox.clear();
        hub.closed(this);
    }

    void deliver(Watcher watcher, long revision) {
        if (isFull()) {
            watcher.fallBehind(revision);
            fallBehind(watcher);
            return;
        }
        watcher.busy = true;
        enqueue(WatchMessage.events(watcher, revision, takePending(watcher)));
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

    /** Serves all watchers that are behind from one look through history, so that their number costs little. */
    private void catchUp() {
        dropOvertaken();
        if (behind.isEmpty()) {
            return;
        }
        long current = hub.store().revision();
        long from = behind.stream().mapToLong(watcher -> watcher.next).min().orElse(current);
        long end = collect(from, current);
        for (Watcher watcher : List.copyOf(behind)) {
            if (watcher.next > end) {
                continue;
            }
            watcher.next = end + 1;
            if (end == current) {
                watcher.state = State.SYNCED;
                leaveBehind(watcher);
            }
            if (!watcher.pending.isEmpty()) {
                watcher.busy = true;
                outbox.add(WatchMessage.events(watcher, current, takePending(watcher)));
            }
        }
    }

    /** Ends the watchers whose next revision is compacted. Their ids stay taken until the client cancels them, as in etcd. */
    private void dropOvertaken() {
        long compacted = hub.store().compacted();
        for (Watcher watcher : List.copyOf(behind)) {
            if (watcher.next < compacted) {
                watcher.state = State.LOST;
                leaveBehind(watcher);
                outbox.add(WatchMessage.compacted(watcher.id, compacted));
            }
        }
    }

    /** Hands the changes from a revision on to the watchers they are for, and returns the last revision that was looked at. */
    private long collect(long from, long current) {
        int changes = 0;
        for (Commit commit : hub.store().commits(from, Math.min(current, from + BATCH_REVISIONS - 1))) {
            for (KeyValue change : commit.changes()) {
                behindByKey.forEach(change.key(), watcher -> {
                    if (watcher.next <= commit.revision() && watcher.spec.wants(change)) {
                        watcher.pending.add(change);
                    }
                });
            }
            changes += commit.changes().size();
            if (changes >= SCAN_CHANGES) {
                return commit.revision();
            }
        }
        return Math.min(current, from + BATCH_REVISIONS - 1);
    }

    private void fallBehind(Watcher watcher) {
        behind.add(watcher);
        behindByKey.add(watcher);
        hub.markReady(this);
    }

    private void leaveBehind(Watcher watcher) {
        if (behind.remove(watcher)) {
            behindByKey.remove(watcher);
        }
    }

    private List<Event> takePending(Watcher watcher) {
        List<Event> events = new ArrayList<>(watcher.pending.size());
        watcher.pending.forEach(change -> events.add(event(watcher, change)));
        watcher.pending.clear();
        return events;
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
