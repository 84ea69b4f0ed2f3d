package dev.rollcall.discovery;

import dev.rollcall.discovery.SnapshotReducer.Step;
import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Drives a reducer by hand: keeps its state, its clock and what it last told and wanted. */
final class Rig {

    static final long LEASE = Duration.ofSeconds(3).toNanos();
    static final long HOLD = Duration.ofSeconds(8).toNanos();
    static final GuardRules GUARDED = new GuardRules(true, LEASE, HOLD, 0);
    static final ProofRules PROOF = new ProofRules(
            Duration.ofSeconds(15).toNanos(), Duration.ofSeconds(60).toNanos());

    final SnapshotReducer<Word> reducer;
    final GuardRules rules;
    long nanos = 1_000_000_000L;
    ViewState<Word> state;
    List<Change<Word>> changes = List.of();
    List<ViewAction> actions = List.of();
    ViewAction.ReadAll read = new ViewAction.ReadAll(0, null);
    ViewAction.Recall recall = new ViewAction.Recall(0, 0, 0);
    ViewAction.Audit audit = new ViewAction.Audit(0, 0);

    private BiConsumer<ViewState<Word>, Step<Word>> watcher = (before, step) -> {};

    Rig(GuardRules rules) {
        this.rules = rules;
        this.reducer = new SnapshotReducer<>(Word.READER, rules, PROOF);
        this.state = ViewState.idle(moment());
    }

    Rig() {
        this(GUARDED);
    }

    Moment moment() {
        return new Moment(nanos, Instant.ofEpochSecond(0, nanos));
    }

    Step<Word> send(ViewEvent event) {
        return send(event, moment());
    }

    Step<Word> send(ViewEvent event, Moment asOf) {
        ViewState<Word> before = state;
        Step<Word> step = reducer.step(before, event, moment(), asOf);
        state = step.state();
        changes = step.changes();
        actions = step.actions();
        for (ViewAction action : actions) {
            if (action instanceof ViewAction.ReadAll asked) {
                read = asked;
            } else if (action instanceof ViewAction.Recall asked) {
                recall = asked;
            } else if (action instanceof ViewAction.Audit asked) {
                audit = asked;
            }
        }
        watcher.accept(before, step);
        return step;
    }

    void onStep(BiConsumer<ViewState<Word>, Step<Word>> told) {
        watcher = told;
    }

    Rig pass(Duration time) {
        nanos += time.toNanos();
        send(new ViewEvent.Tick());
        return this;
    }

    /** Starts, lists, opens the watch on a store and confirms. */
    Rig live(Store store) {
        send(new ViewEvent.Started());
        return listed(store).created(store, false).recalled(store);
    }

    Rig listed(Store store) {
        return listed(store, store);
    }

    /** One store tells what is there, and then another one what was. */
    Rig listed(Store now, Store past) {
        ViewAction.Recall asked = read.past();
        send(new ViewEvent.Listed(
                state.ticket(), now.header(), now.list(), asked == null ? null : past.recall(asked, past.header())));
        return this;
    }

    Rig listed(Header header, List<KeyValue> kvs) {
        send(new ViewEvent.Listed(state.ticket(), header, kvs, null));
        return this;
    }

    Rig created(Store store, boolean resumed) {
        send(new ViewEvent.Created(store.header(), resumed));
        return this;
    }

    /** Answers the last question for the past. */
    Rig recalled(Store store) {
        send(store.recall(recall, store.header()));
        return this;
    }

    Rig recalled(Store store, Header header) {
        send(store.recall(recall, header));
        return this;
    }

    /** Answers an audit that was asked after a revision. */
    Rig audited(Store store) {
        send(store.audit(audit));
        return this;
    }

    /** Lets time pass in which the watch tells each second, and at the end, that nothing happens. */
    Rig quiet(Store store, Duration time) {
        long end = nanos + time.toNanos();
        while (nanos < end) {
            nanos = Math.min(end, nanos + 1_000_000_000L);
            send(new ViewEvent.Progress(store.header()));
        }
        return this;
    }

    Rig broken() {
        send(new ViewEvent.Interrupted());
        return this;
    }

    /** Breaks, comes back to a store and proves. */
    Rig reconnected(Store store) {
        return broken().created(store, true).recalled(store);
    }

    /** Delivers everything of a store that the view does not have, in one batch. */
    Rig catchUp(Store store) {
        WatchBatch batch = store.batch(state.content().revision() + 1, Integer.MAX_VALUE);
        if (batch != null) {
            send(new ViewEvent.Changed(batch));
        }
        return this;
    }

    Phase phase() {
        return state.phase();
    }

    /** The keys that are shown, with their texts: {@code a/1=x}. */
    List<String> shown() {
        return state.content().shown().values().stream()
                .map(word -> word.key().utf8() + "=" + word.text())
                .toList();
    }

    /** What was told: {@code up a/1=x}, {@code updated a/1=x->y}, {@code down a/1=x EXPIRED @7}, {@code resynced MISSED 1 @9}. */
    List<String> told() {
        List<String> told = new ArrayList<>();
        for (Change<Word> change : changes) {
            told.add(describe(change));
        }
        return told;
    }

    private static String describe(Change<Word> change) {
        if (change instanceof Change.Up<Word> up) {
            return "up " + up.entry().key().utf8() + "=" + up.entry().text();
        }
        if (change instanceof Change.Updated<Word> updated) {
            return "updated " + updated.after().key().utf8() + "="
                    + updated.before().text() + "->" + updated.after().text();
        }
        if (change instanceof Change.Down<Word> down) {
            return "down " + down.last().key().utf8() + "=" + down.last().text() + " " + down.cause() + " @"
                    + down.revision();
        }
        Change.Resynced<Word> resynced = (Change.Resynced<Word>) change;
        return "resynced " + resynced.cause() + " " + resynced.epoch() + " @" + resynced.revision();
    }
}
