package dev.rollcall.simulation;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.instance.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what a {@link Plan} says. */
final class Faults {

    /** The number of an instance that nothing else registers. */
    private static final int PASSING = 5;

    private final World world;
    private final Cluster cluster;
    private final Scheduler scheduler;
    private long last;
    private boolean calm;
    private boolean storm;

    Faults(World world) {
        this.world = world;
        this.cluster = world.cluster;
        this.scheduler = world.scheduler;
    }

    /** Whether the last fault was over by then. */
    boolean isOver(long by) {
        return last < by;
    }

    /** Does it; false where it had no effect. */
    boolean perform(Op op) {
        if (calm) {
            return false;
        }
        if (op.kind().fault) {
            last = Math.max(last, scheduler.now() + op.c() * Scheduler.MILLIS);
        }
        return switch (op.kind()) {
            case UPDATE -> withHeld(op, (registrant, held) -> registrant.update(held, op.c()));
            case CLOSE -> withHeld(op, this::close);
            case REGISTER -> register(op);
            case CONTEND -> contend(op);
            case RESTART_POLITELY -> restartPolitely(op);
            case LISTEN -> listen(op);
            case FOREIGN -> foreign(op);
            case CRASH, CRASH_ALL, WIPE, RESTORE, FREEZE, ISOLATE -> onStore(op);
            case CUT, HOLE_UP, HOLE_DOWN, HOLE_BOTH, DELAY, RESET -> onNetwork(op);
            case LATE_WRITE -> lateWrite(op);
            case PAUSE -> pause(op);
            case KILL -> kill(op);
            case WALL_CLOCK -> wallClock(op);
            default -> onKeys(op);
        };
    }

    private void later(Op op, Runnable end) {
        scheduler.after(op.c() * Scheduler.MILLIS, () -> {
            if (!calm) {
                world.note("end of " + op);
                last = Math.max(last, scheduler.now());
                end.run();
            }
        });
    }

    /** Everything is repaired. */
    void endAll() {
        storm = false;
        cluster.watchFault().set(WatchFault.Kind.NONE);
        cluster.noSpace(false);
        cluster.network().healAll();
        for (Node node : cluster.nodes()) {
            start(node);
            thaw(node);
            join(node);
        }
        for (int i = 0; i < world.plan.registrants() + world.plan.consumers(); i++) {
            world.host(i).resume();
            if (!world.host(i).isAlive()) {
                world.restart(i);
            }
        }
        calm = true;
    }

    private boolean withHeld(Op op, java.util.function.BiConsumer<Registrant, Registrant.Held> then) {
        Registrant registrant = world.registrant(op.a());
        if (!usable(registrant.host) || registrant.all().isEmpty()) {
            return false;
        }
        Registrant.Held held = registrant.all().get(op.b() % registrant.all().size());
        then.accept(registrant, held);
        return true;
    }

    private static boolean usable(Host host) {
        return host.isAlive() && !host.isPaused();
    }

    private void close(Registrant registrant, Registrant.Held held) {
        registrant.close(held, done -> world.checks().closed(registrant.host, done));
    }

    private boolean register(Op op) {
        Registrant registrant = world.registrant(op.a());
        if (usable(registrant.host)) {
            int index = op.a() % world.plan.registrants();
            registrant.register(World.instance(index, op.b() % 5));
        }
        return usable(registrant.host);
    }

    /** Two processes want the same key: the second waits. */
    private boolean contend(Op op) {
        Registrant registrant = world.registrant(op.a());
        int other = (op.a() + 1 + op.b() % (world.plan.registrants() - 1)) % world.plan.registrants();
        if (usable(registrant.host)) {
            Instance wanted = World.instance(other, 0);
            registrant.register(Instance.of(
                    wanted.service(), wanted.id(), "10.9." + op.a() % world.plan.registrants() + ".1:8080"));
        }
        return usable(registrant.host);
    }

    private boolean restartPolitely(Op op) {
        Host host = world.host(op.a());
        if (!usable(host)) {
            return false;
        }
        Registrant registrant = world.registrant(host);
        Runnable end = () -> {
            if (host.isAlive()) {
                world.kill(host);
                scheduler.after(op.b() * Scheduler.MILLIS, () -> revive(op.a()));
            }
        };
        if (registrant == null) {
            end.run();
        } else {
            registrant.closeAll(() -> scheduler.after(0, end));
            host.later(2 * Scheduler.SECOND, end);
        }
        return true;
    }

    private void revive(int any) {
        if (!world.host(any).isAlive()) {
            world.restart(any);
        }
    }

    private boolean listen(Op op) {
        world.consumer(op.a()).listen(world.checks());
        return true;
    }

    private boolean foreign(Op op) {
        String[] keys = {
            "services/user1/x", "services/use", "services/user/deep/er", "services/users", "services/order/", "other"
        };
        return cluster.operate(
                Foreign.put(keys[op.a() % keys.length], op.b() % 2 == 0 ? "x" + op.c() : "{\"Addr\":\"1.2.3.4:5\"}"),
                Cluster.Cause.OPERATOR);
    }

    private Node node(Op op) {
        return cluster.nodes().get(op.a() % cluster.nodes().size());
    }

    private boolean onStore(Op op) {
        Node node = op.b() % 2 == 0 && cluster.leader() >= 0 ? cluster.nodes().get(cluster.leader()) : node(op);
        switch (op.kind()) {
            case CRASH -> {
                if (!node.isUp()) {
                    return false;
                }
                node.crash(cluster.network());
                cluster.changed();
                later(op, () -> start(node));
            }
            case FREEZE -> {
                if (!node.takesPart()) {
                    return false;
                }
                node.freeze(world.leases());
                cluster.changed();
                if (op.a() % 3 < 2) {
                    // From the beginning it has no lease that the halted one does not know; towards the end it may.
                    int lasts = op.a() % 3 == 0 ? op.c() : Math.min(op.c(), 2_000);
                    scheduler.after((op.c() - lasts) * Scheduler.MILLIS, () -> leaveOnly(node, op.b(), lasts));
                }
                later(op, () -> thaw(node));
            }
            case ISOLATE -> {
                if (!node.takesPart() || cluster.nodes().size() == 1) {
                    return false;
                }
                node.isolate(true);
                cluster.changed();
                scheduler.after(3 * Scheduler.SECOND, () -> node.knowsNoLeader(node.isIsolated()));
                later(op, () -> join(node));
            }
            default -> crashAll(op);
        }
        return true;
    }

    /** One process reaches no other member, until a little after the halted one goes on. */
    private void leaveOnly(Node node, int any, int millis) {
        if (calm) {
            return;
        }
        Host host = world.registrant(any).host;
        List<Link> others = cluster.network().links(host).stream()
                .filter(link -> link.node != node)
                .toList();
        others.forEach(link -> {
            link.holeUp = true;
            link.holeDown = true;
        });
        scheduler.after((millis + 1_000) * Scheduler.MILLIS, () -> others.forEach(Link::heal));
    }

    private void crashAll(Op op) {
        for (Node each : cluster.nodes()) {
            each.crash(cluster.network());
            each.isolate(false);
        }
        cluster.changed();
        boolean newId = op.a() % 2 == 0;
        if (op.kind() == Op.Kind.WIPE) {
            long past = cluster.epoch().revision();
            cluster.wipe(newId, op.b() % 3 == 0 ? past + op.b() : op.b() % 3 == 1 ? past / 2 : 0);
        } else if (op.kind() == Op.Kind.RESTORE) {
            cluster.restore(cluster.epoch().revision() - op.b() % 40, newId);
        }
        later(op, () -> {
            cluster.nodes().forEach(this::start);
            if (op.kind() != Op.Kind.CRASH_ALL && op.b() % 2 == 0) {
                world.registrants().forEach(this::changeSoon);
            }
        });
    }

    /** Its owner wants something else of it while it may not know yet that the store is another one. */
    private void changeSoon(Registrant registrant) {
        int any = world.random().nextInt(1000);
        scheduler.after(world.random().nextLong(1500 * Scheduler.MILLIS), () -> {
            if (!calm && usable(registrant.host) && !registrant.all().isEmpty()) {
                Registrant.Held held =
                        registrant.all().get(any % registrant.all().size());
                if (any % 2 == 0) {
                    close(registrant, held);
                } else {
                    registrant.update(held, any);
                }
            }
        });
    }

    private void start(Node node) {
        if (!node.isUp()) {
            node.start();
            cluster.changed();
            if (cluster.isLed()) {
                cluster.hearOfLeader(node);
            }
        }
    }

    private void thaw(Node node) {
        if (!node.isFrozen()) {
            return;
        }
        boolean led = node.believesToLead();
        node.thaw();
        if (led) {
            for (long lease : node.known()) {
                if (world.random().nextInt(100) < 35) {
                    scheduler.after(
                            world.random().nextLong(100 * Scheduler.MILLIS),
                            () -> cluster.operate(new Command.Revoke(lease), Cluster.Cause.THAWED_LEADER));
                }
            }
        }
        scheduler.after(100 * Scheduler.MILLIS, () -> {
            node.believesToLead(false);
            if (cluster.isLed() && node.takesPart()) {
                cluster.hearOfLeader(node);
            }
        });
        cluster.changed();
    }

    private void join(Node node) {
        if (node.isIsolated()) {
            node.isolate(false);
            cluster.changed();
            if (cluster.isLed()) {
                cluster.hearOfLeader(node);
            }
        }
    }

    private boolean onNetwork(Op op) {
        Host host = world.host(op.a());
        List<Link> links = new ArrayList<>(cluster.network().links(host));
        int many = op.b() % 4;
        if (many > 0 && links.size() > 1) {
            links = links.subList(0, many == 3 ? 2 : 1);
        }
        if (op.b() % 7 == 0) {
            java.util.Collections.reverse(links);
        }
        boolean[] what = {
            op.kind() != Op.Kind.HOLE_DOWN && op.kind() != Op.Kind.DELAY && op.kind() != Op.Kind.RESET,
            op.kind() != Op.Kind.HOLE_UP && op.kind() != Op.Kind.DELAY && op.kind() != Op.Kind.RESET
        };
        List<Link> chosen = List.copyOf(links);
        for (Link link : chosen) {
            link.holeUp |= what[0];
            link.holeDown |= what[1];
            if (op.kind() == Op.Kind.DELAY) {
                link.delay = op.b() * Scheduler.MILLIS;
            }
            if (op.kind() == Op.Kind.CUT || op.kind() == Op.Kind.RESET) {
                link.reset("Connection reset");
            }
        }
        if (op.kind() == Op.Kind.DELAY && op.c() % 2 == 0) {
            later(op, () -> silence(chosen));
        } else if (op.kind() != Op.Kind.RESET) {
            later(op, () -> chosen.forEach(Link::heal));
        }
        return true;
    }

    /** What was slow says nothing more, for longer than a lease lives: all that is known came late. */
    private void silence(List<Link> links) {
        links.forEach(link -> {
            link.holeUp = true;
            link.holeDown = true;
        });
        last = Math.max(last, scheduler.now() + 5 * Scheduler.SECOND);
        scheduler.after(5 * Scheduler.SECOND, () -> links.forEach(Link::heal));
    }

    /** What is sent to one member arrives late; meanwhile a registration begins, and ends before its write is given up and others are asked about it. */
    private boolean lateWrite(Op op) {
        Registrant registrant = world.registrant(op.a());
        if (!usable(registrant.host)) {
            return false;
        }
        List<Link> links = cluster.network().links(registrant.host);
        Link slow = links.get(op.b() % links.size());
        slow.holeUp = true;
        Instance passing = World.instance(op.a() % world.plan.registrants(), PASSING);
        registrant.register(passing);
        scheduler.after(world.random().nextLong(5 * Scheduler.SECOND), () -> {
            Registrant.Held held = registrant.last(Registrant.key(passing));
            if (!calm && usable(registrant.host) && held != null) {
                close(registrant, held);
            }
        });
        later(op, slow::heal);
        return true;
    }

    private boolean pause(Op op) {
        Host host = world.host(op.a());
        if (!usable(host)) {
            return false;
        }
        host.pause();
        later(op, host::resume);
        return true;
    }

    private boolean kill(Op op) {
        Host host = world.host(op.a());
        if (!host.isAlive()) {
            return false;
        }
        world.kill(host);
        later(op, () -> revive(op.a()));
        return true;
    }

    private boolean wallClock(Op op) {
        world.host(op.a()).stepWallClock((op.b() - 500L) * 10 * Scheduler.SECOND);
        return true;
    }

    private boolean onKeys(Op op) {
        switch (op.kind()) {
            case REVOKE -> {
                List<Long> leases = List.copyOf(world.leases());
                return !leases.isEmpty() && operate(new Command.Revoke(leases.get(op.a() % leases.size())));
            }
            case DELETE_KEY -> {
                return withKey(op, kv -> operate(Foreign.delete(KeyRange.single(kv.key()))));
            }
            case OVERWRITE, POISON -> {
                return withKey(op, kv -> operate(Foreign.put(kv.key().toString(), op.b() % 2 == 0 ? "{" : "[1]")));
            }
            case DELETE_PREFIX -> {
                return operate(Foreign.delete(KeyRange.prefix(Bytes.utf8("services/"))));
            }
            case COMPACT -> {
                return operate(new Command.Compact(cluster.epoch().revision()));
            }
            case COMPACT_STORM -> {
                storm = true;
                storm();
                later(op, () -> storm = false);
                return true;
            }
            case NO_SPACE -> {
                cluster.noSpace(true);
                later(op, () -> cluster.noSpace(false));
                return true;
            }
            default -> {
                cluster.watchFault().set(watchFault(op.kind()));
                later(op, () -> cluster.watchFault().set(WatchFault.Kind.NONE));
                return true;
            }
        }
    }

    private static WatchFault.Kind watchFault(Op.Kind kind) {
        return switch (kind) {
            case WATCH_DROP -> WatchFault.Kind.DROP;
            case WATCH_MISNAME -> WatchFault.Kind.MISNAME;
            default -> WatchFault.Kind.REPEAT;
        };
    }

    private boolean operate(Command command) {
        return cluster.operate(command, Cluster.Cause.OPERATOR);
    }

    private boolean withKey(Op op, Consumer<KeyValue> then) {
        List<KeyValue> keys = List.copyOf(world.epoch().now().values());
        @Nullable KeyValue chosen = keys.isEmpty() ? null : keys.get(op.a() % keys.size());
        if (chosen != null) {
            then.accept(chosen);
        }
        return chosen != null;
    }

    private void storm() {
        if (storm && !calm) {
            operate(new Command.Compact(cluster.epoch().revision()));
            scheduler.after(100 * Scheduler.MILLIS, this::storm);
        }
    }
}
