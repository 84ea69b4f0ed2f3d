package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One key with any value and any tail among three good ones, listed and then changed: the good ones are shown as if it were not there. */
public final class SnapshotFuzz {

    private static final Moment NOW = new Moment(1_000_000_000L, Instant.EPOCH);
    private static final GuardRules RULES = new GuardRules(true, 3_000_000_000L, 8_000_000_000L, 0);
    private static final ProofRules PROOF = new ProofRules(20_000_000_000L, 60_000_000_000L);

    private SnapshotFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        Keyspace keyspace = input.below(2) == 0 ? Keyspace.standard() : Keyspace.plain("services");
        Bytes key = Bytes.utf8("services/user/").concat(Bytes.of(input.bytes(input.below(32))));
        Bytes listed = Bytes.of(input.bytes(input.next()));
        Bytes changed = Bytes.of(input.rest());
        List<KeyValue> good = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Instance instance = Instance.of("user", "10.0.0." + i + ":80");
            good.add(kv(keyspace.key(instance.identity()), keyspace.encode(instance), 2 + i));
        }
        if (good.stream().anyMatch(kv -> kv.key().equals(key))) {
            return;
        }
        List<KeyValue> all = new ArrayList<>(good);
        all.add(kv(key, listed, 5));
        WatchEvent change = new WatchEvent(WatchEvent.Type.PUT, next(key, changed), Optional.empty());
        Run alone = new Run(keyspace, good);
        Run among = new Run(keyspace, all);
        others(key, alone, among);
        among.send(new ViewEvent.Changed(new WatchBatch(header(6), List.of(change))));
        others(key, alone, among);
        Property.same(6L, among.state.content().revision());
        Property.same(ViewState.Phase.LIVE, among.state.phase());
    }

    private static void others(Bytes key, Run alone, Run among) {
        List<DiscoveredInstance> shown = among.state.content().shown().values().stream()
                .filter(entry -> !entry.key().equals(key))
                .toList();
        Property.same(alone.state.content().shown().values(), shown);
        for (QuarantinedKey bad : among.state.content().quarantined().values()) {
            Property.same(key, bad.key());
            Property.printable(bad.reason(), 1_000);
        }
    }

    private static KeyValue kv(Bytes key, Bytes value, long revision) {
        return new KeyValue(key, value, revision, revision, 1, new LeaseId(7));
    }

    /** The write after the one that was listed. */
    private static KeyValue next(Bytes key, Bytes value) {
        return new KeyValue(key, value, 5, 6, 2, new LeaseId(7));
    }

    private static Header header(long revision) {
        return new Header(1, 2, revision, 3);
    }

    /** A view that has listed and follows. */
    private static final class Run {

        private final SnapshotReducer<DiscoveredInstance> reducer;
        private ViewState<DiscoveredInstance> state = ViewState.idle(NOW);

        Run(Keyspace keyspace, List<KeyValue> kvs) {
            reducer = new SnapshotReducer<>(InstanceReader.ofService(keyspace, "user"), RULES, PROOF);
            send(new ViewEvent.Started());
            send(new ViewEvent.Listed(state.ticket(), header(5), kvs, null));
            ViewAction.Recall asked = (ViewAction.Recall)
                    send(new ViewEvent.Created(header(5), false)).get(0);
            List<KeyValue> since =
                    kvs.stream().filter(kv -> kv.modRevision() >= asked.since()).toList();
            send(new ViewEvent.Recalled(asked, header(5), since, kvs.size()));
            Property.same(ViewState.Phase.LIVE, state.phase());
        }

        List<ViewAction> send(ViewEvent event) {
            SnapshotReducer.Step<DiscoveredInstance> step = reducer.step(state, event, NOW, NOW);
            state = step.state();
            return step.actions();
        }
    }
}
