package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.WatchBatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One random run: a store with its histories, a link that breaks, a reducer, and the judge. */
final class World {

    /** The cluster of an endpoint that does not belong. */
    static final long STRANGER = 8;

    private final Random random;
    private final boolean telling;
    private final Rig rig;
    private final Judge judge;
    private final List<Store> histories = new ArrayList<>();
    private @Nullable Store stranger;
    private final Deque<String> story = new ArrayDeque<>();
    private final List<ViewAction> questions = new ArrayList<>();
    private final Map<ViewAction.ReadAll, ViewEvent.Listed> lists = new HashMap<>();
    private Store store;
    private long leases = 1_000;

    private boolean watching;
    private long position;
    private boolean connected;
    private boolean everConnected;
    private boolean stalled;
    private Store side;

    World(long seed, boolean telling) {
        this.telling = telling;
        this.random = new Random(seed);
        long grace = random.nextInt(4) == 0 ? Duration.ofSeconds(2).toNanos() : 0;
        this.rig = new Rig(new GuardRules(random.nextInt(8) != 0, Rig.LEASE, Rig.HOLD, grace));
        this.store = new Store(7, 2);
        this.side = store;
        histories.add(store);
        this.stranger = random.nextInt(6) == 0 ? new Store(STRANGER, 3) : null;
        if (stranger != null) {
            stranger.put("a/1", "strange", 66);
        }
        this.judge = new Judge(rig, histories);
    }

    String story() {
        return String.join("\n", story);
    }

    long epochs() {
        return rig.state.content().epoch();
    }

    void play(int steps) {
        send(new ViewEvent.Started());
        for (int i = 0; i < steps; i++) {
            rig.nanos += random.nextLong(random.nextInt(10) == 0 ? 4_000_000_000L : 50_000_000L);
            int dice = random.nextInt(100);
            if (dice < 30) {
                write();
            } else if (dice < 32) {
                wipeOrRestore();
            } else if (dice < 36) {
                store.compacted = Math.max(store.compacted, store.revision - random.nextInt(3));
                note("compacted to " + store.compacted);
            } else if (dice < 40) {
                breakLink();
            } else if (dice < 55) {
                connect();
            } else if (dice < 75) {
                deliver();
            } else if (dice < 78) {
                repeat();
            } else if (dice < 80) {
                progress();
            } else if (dice < 82) {
                send(new ViewEvent.AuditDue());
            } else if (dice < 96) {
                answer(random.nextInt(Math.max(1, questions.size())), random.nextInt(10) == 0);
            } else if (dice < 97 && watching) {
                send(new ViewEvent.WatchEnded());
            } else {
                send(new ViewEvent.Tick());
            }
        }
    }

    /** All faults end, nothing is written any more: the view must come to show the store. */
    void heal() {
        stranger = null;
        for (int i = 0; i < 40 && !settled(); i++) {
            rig.nanos += 10_000_000L;
            for (int j = 0; j < 20 && !questions.isEmpty(); j++) {
                answerFrom(store, questions.remove(0));
            }
            if (watching && !connected) {
                connectTo(store);
            }
            while (connected && side == store && deliver()) {
                rig.nanos += 1_000_000L;
            }
            if (connected && side != store) {
                breakLink();
            }
        }
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        rig.quiet(store, Duration.ofNanos(2 * Rig.HOLD));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        assertThat(rig.state.content().truth().values()).isEqualTo(store.list());
        assertThat(rig.state.content().holds().isEmpty()).isTrue();
    }

    private boolean settled() {
        return rig.phase() == Phase.LIVE && connected && side == store && store.batch(position, 1) == null;
    }

    private void write() {
        Map<String, @Nullable String> writes = new LinkedHashMap<>();
        long lease = random.nextInt(8) == 0 ? 0 : ++leases;
        int kind = random.nextInt(10);
        String key = key();
        if (kind < 5) {
            writes.put(key, value());
        } else if (kind == 5) {
            writes.put(key, null);
        } else if (kind == 6) {
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                writes.put(key(), random.nextBoolean() ? value() : null);
            }
        } else if (kind == 7) {
            for (int i = 1; i <= 5; i++) {
                writes.put("a/" + i, null);
            }
        } else if (kind == 8) {
            store.put(key, "leaving", lease);
            writes.put(key, null);
        } else {
            store.tickOver(random.nextInt(1, 4));
            note("others wrote up to " + store.revision);
        }
        store.write(writes, lease);
        if (!writes.isEmpty()) {
            note(writes + " under " + lease + " @" + store.revision);
        }
    }

    private String key() {
        return (random.nextInt(3) == 0 ? "b/" : "a/") + random.nextInt(1, 6);
    }

    private String value() {
        return switch (random.nextInt(12)) {
            case 0 -> "bad";
            case 1 -> "explodes";
            case 2 -> "leaving";
            default -> "v" + random.nextInt(3);
        };
    }

    private void wipeOrRestore() {
        if (connected && side == store) {
            breakLink();
        }
        boolean wiped = random.nextBoolean();
        if (!wiped && rig.phase() == Phase.OPENING) {
            // Nobody restores a store and starts it again in less time.
            rig.nanos += SnapshotReducer.OPENING_BOUND;
        }
        long term = random.nextInt(3) == 0 ? 1 : store.term + random.nextInt(2);
        if (wiped) {
            store = new Store(random.nextInt(4) == 0 ? store.cluster + 10 : store.cluster, term);
            if (random.nextBoolean()) {
                store.tickOver(random.nextInt(60));
            }
            note("wiped: cluster " + store.cluster + " revision " + store.revision + " term " + term);
        } else {
            store = store.restoredTo(random.nextLong(1, store.revision + 1), term);
            note("restored to " + store.revision);
        }
        histories.add(store);
    }

    private void breakLink() {
        if (connected) {
            connected = false;
            send(new ViewEvent.Interrupted());
        }
    }

    private void connect() {
        if (watching && !connected && !stalled) {
            connectTo(stranger != null && random.nextInt(3) == 0 ? stranger : store);
        }
    }

    private void connectTo(Store to) {
        side = to;
        boolean resumed = everConnected;
        connected = true;
        everConnected = true;
        if (position < side.compacted) {
            stalled = true;
            connected = false;
            send(new ViewEvent.Compacted());
        } else if (side.revision < position - 1 && random.nextBoolean()) {
            stalled = true;
            connected = false;
            send(new ViewEvent.WentBack(side.header()));
        } else {
            send(new ViewEvent.Created(side.header(), resumed));
        }
    }

    private boolean deliver() {
        WatchBatch batch = connected ? side.batch(position, random.nextInt(1, 4)) : null;
        if (batch == null) {
            return false;
        }
        position = batch.revision() + 1;
        send(new ViewEvent.Changed(batch));
        return true;
    }

    /** As etcd 3.4.23 may: events that were delivered before. */
    private void repeat() {
        WatchBatch batch = connected ? side.batch(Math.max(side.compacted, position - random.nextInt(1, 6)), 2) : null;
        if (batch != null && batch.revision() < position) {
            send(new ViewEvent.Changed(batch));
        }
    }

    private void answer(int which, boolean lost) {
        if (which >= questions.size()) {
            return;
        }
        ViewAction question = questions.get(which);
        if (!lost) {
            questions.remove(which);
            answerFrom(stranger != null && random.nextInt(3) == 0 ? stranger : store, question);
        }
    }

    private void answerFrom(Store from, ViewAction question) {
        if (question instanceof ViewAction.ReadAll read) {
            list(from, read);
        } else if (question instanceof ViewAction.Recall recall) {
            send(from.recall(recall, from.header()));
        } else if (question instanceof ViewAction.Audit audit) {
            send(from.audit(audit));
        } else if (question instanceof ViewAction.AskClusters ask) {
            boolean lives =
                    store.cluster == ask.oldCluster() || (stranger != null && stranger.cluster == ask.oldCluster());
            send(new ViewEvent.ClusterAnswered(ask.ticket(), lives));
        }
    }

    /** The past is asked after the list, and maybe of another store. */
    private void list(Store from, ViewAction.ReadAll read) {
        ViewEvent.Listed list = lists.remove(read);
        if (read.past() == null) {
            send(new ViewEvent.Listed(read.ticket(), from.header(), from.list(), null));
        } else if (list == null) {
            lists.put(read, new ViewEvent.Listed(read.ticket(), from.header(), from.list(), null));
            questions.add(read);
        } else {
            ViewEvent.Past past = from.recall(read.past(), from.header());
            send(new ViewEvent.Listed(read.ticket(), list.header(), list.kvs(), past));
        }
    }

    /** Told of a link that has delivered everything. */
    private void progress() {
        if (connected && side.batch(position, 1) == null) {
            send(new ViewEvent.Progress(side.header()));
        }
    }

    private void send(ViewEvent event) {
        if (event instanceof ViewEvent.Listed || event instanceof ViewEvent.Recalled) {
            if (stranger != null && !histories.contains(stranger)) {
                histories.add(stranger);
            }
        }
        ViewState<Word> before = rig.state;
        rig.send(event);
        if (telling) {
            note(event.getClass().getSimpleName() + ": " + before.phase() + " -> " + rig.phase() + " @"
                    + rig.state.content().revision() + " " + rig.told() + " " + rig.actions);
        }
        judge.judge(before, event);
        for (ViewAction action : rig.actions) {
            if (action instanceof ViewAction.OpenWatch open) {
                watching = true;
                position = open.from();
                connected = false;
                everConnected = false;
                stalled = false;
            } else if (action instanceof ViewAction.CloseWatch) {
                watching = false;
                connected = false;
            } else if (!(action instanceof ViewAction.AskProgress)) {
                questions.add(action);
            }
        }
    }

    private void note(String line) {
        if (!telling) {
            return;
        }
        story.add(rig.nanos / 1_000_000 + " ms  " + line);
        if (story.size() > 60) {
            story.removeFirst();
        }
    }
}
