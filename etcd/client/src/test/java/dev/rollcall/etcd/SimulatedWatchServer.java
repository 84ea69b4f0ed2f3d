package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A store's history, and what a server with all the freedom that etcd takes would send of it to one watch. */
final class SimulatedWatchServer {

    private final Random random;
    private final List<List<WatchEvent>> history = new ArrayList<>();
    private long compacted;
    private long id;
    private long next;
    private long memberLag;
    private boolean announced;
    private final List<WatchEvent> rest = new ArrayList<>();
    private long restRevision;

    SimulatedWatchServer(Random random) {
        this.random = random;
    }

    long revision() {
        return history.size() + 1L;
    }

    List<WatchEvent> at(long revision) {
        return history.get((int) revision - 2);
    }

    boolean watches() {
        return id != 0;
    }

    boolean caughtUp() {
        return announced && rest.isEmpty() && next > revision();
    }

    void write() {
        List<WatchEvent> events = new ArrayList<>();
        int keys = 1 + random.nextInt(4);
        for (int i = 0; i < keys; i++) {
            events.add(WatchMessages.put("k" + i, revision() + 1));
        }
        history.add(events);
    }

    void compact() {
        compacted = Math.max(compacted, 2L + random.nextInt((int) revision()));
        compacted = Math.min(compacted, revision());
    }

    void create(long newId, long start) {
        id = newId;
        next = start == 1 ? 2 : start;
        announced = false;
        rest.clear();
        memberLag = random.nextInt(5) == 0 ? random.nextInt(5) : 0;
    }

    void cancel(long oldId) {
        if (oldId == id) {
            id = 0;
        }
    }

    void cut() {
        id = 0;
    }

    /** The next thing this server says, and never nothing. */
    WatchMessage say() {
        if (!announced) {
            announced = true;
            long shown = Math.max(1, revision() - memberLag);
            if (next == 0) {
                next = shown + 1;
            }
            return WatchMessages.created(id, shown);
        }
        if (next < compacted && rest.isEmpty()) {
            WatchMessage cancel = WatchMessages.compacted(id, compacted);
            id = 0;
            return cancel;
        }
        if (!rest.isEmpty()) {
            return someOfTheRest();
        }
        if (random.nextInt(6) == 0 && revision() > 1) {
            long old = 2L + random.nextInt((int) revision() - 1);
            if (old < next) {
                return WatchMessages.events(id, revision(), at(old).toArray(WatchEvent[]::new));
            }
        }
        if (next > revision()) {
            return WatchMessages.progress(id, Math.max(revision(), next - 1));
        }
        long last = Math.min(revision(), next + random.nextInt(4));
        for (long at = next; at <= last; at++) {
            rest.addAll(at(at));
        }
        next = last + 1;
        restRevision = revision();
        return someOfTheRest();
    }

    private WatchMessage someOfTheRest() {
        int count = random.nextBoolean() ? rest.size() : 1 + random.nextInt(rest.size());
        List<WatchEvent> sent = new ArrayList<>(rest.subList(0, count));
        rest.subList(0, count).clear();
        WatchEvent[] events = sent.toArray(WatchEvent[]::new);
        return rest.isEmpty()
                ? WatchMessages.events(id, restRevision, events)
                : WatchMessages.part(id, restRevision, events);
    }
}
