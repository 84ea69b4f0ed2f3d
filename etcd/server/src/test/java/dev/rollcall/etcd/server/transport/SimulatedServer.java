package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.machine.Applied;
import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.machine.RequestIds;
import dev.rollcall.etcd.server.watch.WatchHub;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The state machine of a simulated cluster: the server's own parts on the calling thread, in virtual time.
 *
 * <p>What a member has of it is a {@link SimulatedReplica}.
 */
public final class SimulatedServer {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    static final long PROGRESS = TimeUnit.MINUTES.toNanos(10);

    private final Machine machine = new Machine();
    private final Loop loop;
    private long uptime;

    /**
     * A machine without keys.
     *
     * @param clock by which leases run out
     * @param ids the lease numbers count from here
     */
    public SimulatedServer(LongSupplier clock, long ids) {
        this.loop =
                loop(machine, new WatchHub(machine.store(), PROGRESS), new RequestIds(0x7a, ids), clock, () -> uptime);
    }

    /** A loop over a machine whose thread is never started, so that a test does each step itself. */
    static Loop loop(Machine of) {
        return loop(of, new WatchHub(of.store(), PROGRESS), new RequestIds(1, 1), () -> 0, () -> 0);
    }

    private static Loop loop(Machine of, WatchHub hub, RequestIds ids, LongSupplier clock, LongSupplier up) {
        Settings settings = new Settings(
                "",
                0,
                null,
                "",
                "",
                "",
                PROGRESS,
                clock,
                up,
                0,
                0,
                Quota.DEFAULT,
                AutoCompaction.Rule.OFF,
                Limits.DEFAULT,
                java.util.List.of(),
                null);
        return new Loop(of, hub, ids, settings, task -> new Thread(task, "rollcall-never-started"));
    }

    /** A member with nothing yet. */
    public SimulatedReplica replica(Identity identity, LongSupplier term, LongSupplier clock) {
        return new SimulatedReplica(
                identity, term, loop, (machine, hub) -> loop(machine, hub, new RequestIds(0, 0), clock, () -> 0));
    }

    public Machine machine() {
        return machine;
    }

    /** Carries out a command that comes from no client. */
    public Applied apply(Command command) {
        return loop.apply(command);
    }

    /** Carries out what clients asked for. */
    public void run() {
        loop.catchUp();
    }

    /** Lets leases run out whose time is up. */
    public void tick() {
        uptime += TICK;
        loop.catchUp();
    }
}
