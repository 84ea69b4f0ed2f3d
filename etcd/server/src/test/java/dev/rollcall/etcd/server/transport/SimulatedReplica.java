package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Store;
import dev.rollcall.etcd.server.watch.WatchHub;
import io.grpc.ServerMethodDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A member's copy of the keys, with the real services over it: ranges and watches see the copy, all else goes to the machine. */
public final class SimulatedReplica {

    private final Store store = new Store();
    private final WatchHub hub = new WatchHub(store, SimulatedServer.PROGRESS);
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private final Loop loop;

    SimulatedReplica(Identity identity, LongSupplier term, Loop leader, BiFunction<Machine, WatchHub, Loop> loops) {
        Machine machine = new Machine();
        loop = loops.apply(machine, hub);
        Callers callers = new Callers(machine, () -> 0);
        Headers headers = new Headers(identity, term);
        Calls calls = new Calls(leader, Runnable::run);
        List.of(
                        new KvService(calls, callers, headers, store, Limits.DEFAULT).bindService(),
                        new LeaseService(leader, calls, callers, headers).bindService(),
                        new MaintenanceService(leader, calls, headers, Runnable::run, Member::getDefaultInstance)
                                .bindService(),
                        new WatchService(loop, callers, headers, Limits.DEFAULT).bindService())
                .forEach(service -> service.getMethods()
                        .forEach(method ->
                                methods.put(method.getMethodDescriptor().getFullMethodName(), method)));
    }

    /** The method of this full name; null where there is none. */
    public @Nullable ServerMethodDefinition<?, ?> method(String name) {
        return methods.get(name);
    }

    public long revision() {
        return store.revision();
    }

    /** Takes over the next revision. */
    public void apply(Commit commit) {
        Store.Write write = store.begin();
        for (KeyValue change : commit.changes()) {
            if (change.isTombstone()) {
                write.delete(KeyRange.single(change.key()));
            } else {
                write.put(change.key(), change.value(), change.lease());
            }
        }
        Commit copy = write.commit();
        if (copy == null || copy.revision() != commit.revision()) {
            throw new IllegalStateException("not the next revision: " + commit.revision());
        }
        hub.publish(copy);
    }

    public void compact(long revision) {
        store.compact(revision);
    }

    /** Carries out what clients asked for, and sends watchers what there is. */
    public void run() {
        loop.catchUp();
    }
}
