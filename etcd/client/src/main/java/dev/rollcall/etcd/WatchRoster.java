package dev.rollcall.etcd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is who on the stream: which watch stands behind which id, and which creations are unanswered.
 *
 * <p>Ids are chosen here and never used twice. Creations are paced, since etcd loses events of watches that are created too fast (issue
 * 20655). Refusals come under no id; as etcd answers creations in order, one belongs to the oldest that is unanswered. Deterministic; used on
 * one thread.
 *
 * @param <W> the watches
 */
final class WatchRoster<W> {

    /** So many creations may be unanswered. */
    static final int MAX_UNANSWERED = 32;

    private final Map<Long, W> watches = new HashMap<>();
    private final Deque<Long> unanswered = new ArrayDeque<>();
    private long lastId;
    private long lastCreated;
    private long covered;
    private long coveredNext;
    private boolean progressAsked;

    /** Whether another creation may be sent now. */
    boolean mayAsk() {
        return unanswered.size() < MAX_UNANSWERED;
    }

    /** Whether a creation is unanswered. */
    boolean isAsking() {
        return !unanswered.isEmpty();
    }

    /** Gives a watch its next id; its creation is to be sent. */
    long ask(W watch) {
        lastId++;
        watches.put(lastId, watch);
        unanswered.add(lastId);
        return lastId;
    }

    /** What cannot be true in a message, by what was asked; null where all can. */
    @Nullable String misfit(WatchMessage message) {
        long id = message.watchId();
        boolean asked = id == WatchMessage.NO_WATCH ? !unanswered.isEmpty() : unanswered.contains(id);
        if (message.created()) {
            return asked
                    ? null
                    : "the creation of a watch that was not asked for (etcd's gRPC proxy answers so, and no watch works behind it:"
                            + " give the addresses of its members)";
        }
        boolean empty = message.events().isEmpty() && !message.canceled();
        return empty && unanswered.contains(id) ? "no news of a watch that is not created" : null;
    }

    /** Whose message it is; null if that watch is gone. A creation is answered, and a cancelled watch forgotten, by it. */
    @Nullable W owner(WatchMessage message) {
        Long id = message.watchId();
        if (message.created()) {
            if (id == WatchMessage.NO_WATCH && !unanswered.isEmpty()) {
                id = unanswered.getFirst();
            }
            unanswered.remove(id);
            lastCreated = Math.max(lastCreated, id);
        }
        return message.canceled() ? watches.remove(id) : watches.get(id);
    }

    /** Whose message it is that cannot be true; null if nobody can tell. Its creation counts as answered. */
    @Nullable W ownerOfMisfit(WatchMessage message) {
        unanswered.remove(message.watchId());
        return watches.get(message.watchId());
    }

    /**
     * Forgets a watch.
     *
     * @return whether to tell the store now; if not, when its creation is answered: it then has no owner
     */
    boolean leave(long id) {
        return watches.remove(id) != null && !unanswered.contains(id);
    }

    /** A progress request is sent: an answer speaks for those created before it, or before an earlier one without an answer. */
    void progressAsked() {
        covered = progressAsked ? coveredNext : lastCreated;
        coveredNext = lastCreated;
        progressAsked = true;
    }

    /** A progress request was answered: those for whom the answer speaks. */
    List<W> progressAnswered() {
        progressAsked = false;
        List<W> answered = new ArrayList<>();
        watches.forEach((id, watch) -> {
            if (id <= covered) {
                answered.add(watch);
            }
        });
        return answered;
    }

    /** The stream is gone, and everything on it. */
    void clear() {
        watches.clear();
        unanswered.clear();
        progressAsked = false;
    }
}
