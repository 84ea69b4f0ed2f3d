package dev.rollcall.simulation;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.SimulatedClients;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.instance.Instance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Plan}: the store, the processes, what is done to them, and the checks. */
final class World {

    private static final long AUDIT = 100 * Scheduler.MILLIS;
    private static final long SILENT = 22 * Scheduler.SECOND;
    private static final long CALM = 40 * Scheduler.SECOND;
    /** An audit is due within 72 s; an answer may wait 10 s for changes under way, and the list after it a few. */
    static final long AUDITED = 90 * Scheduler.SECOND;

    private static final long SMOOTH = 10 * Scheduler.SECOND;
    private static final long SETTLED = 8 * Scheduler.SECOND;
    private static final int MOST_OPEN_CALLS = 200;
    private static final int MOST_REQUESTS = 900;

    final Plan plan;
    final Scheduler scheduler = new Scheduler();
    final Cluster cluster;
    private final SplittableRandom random;
    private final Checks checks;
    private final Faults faults;
    private final Registrant[] registrants;
    private final Consumer[] consumers;
    private final Map<Host, Registrant> byHost = new HashMap<>();
    private final Map<Host, Long> unreachable = new HashMap<>();
    private final Map<Host, Long> troubled = new HashMap<>();
    private final Map<Host, long[]> sick = new HashMap<>();
    private final Map<Bytes, Long> perturbed = new HashMap<>();
    private final Map<Op.Kind, Integer> done = new EnumMap<>(Op.Kind.class);
    private final Deque<String> story = new ArrayDeque<>();
    private int processes;

    World(Plan plan) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed() ^ 0x5DEECE66DL);
        this.checks = new Checks(scheduler, this);
        this.cluster = new Cluster(scheduler, random.split(), plan.members(), checks);
        cluster.slowest(random.nextInt(4) == 0 ? 300 * Scheduler.MILLIS : 3 * Scheduler.MILLIS);
        this.faults = new Faults(this);
        this.registrants = new Registrant[plan.registrants()];
        this.consumers = new Consumer[plan.consumers()];
    }

    /** Runs it all. */
    void run() {
        for (int i = 0; i < registrants.length; i++) {
            startRegistrant(i);
        }
        for (int i = 0; i < consumers.length; i++) {
            startConsumer(i);
        }
        scheduler.after(AUDIT, this::audit);
        long start = scheduler.now();
        for (Op op : plan.ops()) {
            scheduler.at(start + op.time() * Scheduler.MILLIS, () -> perform(op));
        }
        long end = start + plan.millis() * Scheduler.MILLIS;
        scheduler.runUntil(end);
        faults.endAll();
        note("calm");
        scheduler.runUntil(end + CALM + (plan.losesEvents() ? AUDITED : 0));
        checks.registrationsStand(SETTLED);
        checks.nothingIsLeft();
        viewsConverge();
    }

    private void perform(Op op) {
        note(op.toString());
        if (faults.perform(op)) {
            done.merge(op.kind(), 1, Integer::sum);
        }
    }

    void note(String line) {
        story.add(scheduler.now() / Scheduler.MILLIS + " ms  " + line);
        if (story.size() > 60) {
            story.removeFirst();
        }
    }

    String story() {
        return String.join("\n", story);
    }

    Map<Op.Kind, Integer> done() {
        return done;
    }

    private Host host(String name) {
        int number = processes++;
        double rate = 0.99 + 0.02 * random.nextDouble();
        Host host = new Host(
                name + "-" + number,
                number,
                scheduler,
                random.split(),
                rate,
                (invariant, text) -> scheduler.stop(new Violation(invariant, text)));
        cluster.network().traffic(host).lastHeard = scheduler.now();
        unreachable.put(host, scheduler.now());
        troubled.put(host, scheduler.now());
        return host;
    }

    private EtcdClient client(Host host) {
        List<String> endpoints = new ArrayList<>();
        cluster.nodes().forEach(node -> endpoints.add("http://" + node.name + ":2379"));
        return SimulatedClients.connect(
                endpoints,
                host,
                host.threads(100 * Scheduler.MICROS),
                (endpoint, loop) -> cluster.network().channel(host, endpoint, loop));
    }

    void startRegistrant(int index) {
        Host host = host("registrant" + index);
        Registrant registrant = new Registrant(host, scheduler, client(host));
        registrants[index] = registrant;
        byHost.put(host, registrant);
        host.afterEachStep(() -> checks.look(registrant));
        int count = index == 0 ? 5 : 1 + index % 3;
        for (int i = 0; i < count; i++) {
            registrant.register(instance(index, i));
        }
    }

    static Instance instance(int registrant, int number) {
        String service = number == 2 && registrant != 0 ? "order" : "user";
        return Instance.of(
                service, "r" + registrant + "i" + number, "10.0." + registrant + "." + (number + 1) + ":8080");
    }

    void startConsumer(int index) {
        Host host = host("consumer" + index);
        boolean guarded = index % 4 != 3;
        consumers[index] = new Consumer(host, client(host), index % 5 == 4 ? "order" : "user", guarded, checks);
    }

    /** Ends a process at once. */
    void kill(Host host) {
        host.kill();
        cluster.network().forget(host);
        unreachable.remove(host);
        troubled.remove(host);
        sick.remove(host);
    }

    Registrant registrant(int any) {
        return registrants[any % registrants.length];
    }

    Consumer consumer(int any) {
        return consumers[any % consumers.length];
    }

    /** A process by any number. */
    Host host(int any) {
        int index = any % (registrants.length + consumers.length);
        return index < registrants.length ? registrants[index].host : consumers[index - registrants.length].host;
    }

    void restart(int any) {
        int index = any % (registrants.length + consumers.length);
        if (index < registrants.length) {
            startRegistrant(index);
        } else {
            startConsumer(index - registrants.length);
        }
    }

    Checks checks() {
        return checks;
    }

    SplittableRandom random() {
        return random;
    }

    @Nullable Registrant registrant(Host host) {
        return byHost.get(host);
    }

    List<Registrant> registrants() {
        List<Registrant> alive = new ArrayList<>();
        for (Registrant each : registrants) {
            if (each.host.isAlive()) {
                alive.add(each);
            }
        }
        return alive;
    }

    Epoch epoch() {
        return cluster.epoch();
    }

    Collection<Long> leases() {
        return cluster.server().machine().leases().ids();
    }

    boolean leaseLives(long lease) {
        return cluster.server().machine().leases().remaining(lease, scheduler.now()) != null;
    }

    void perturbed(Bytes key) {
        perturbed.put(key, scheduler.now());
    }

    long perturbedAt(Bytes key) {
        return perturbed.getOrDefault(key, 0L);
    }

    /** When a process last had no member that could serve it. */
    long unreachable(Host host) {
        return unreachable.getOrDefault(host, 0L);
    }

    /** Whether a watch of this process lacked an event, and no audit can have told it yet. */
    boolean mayLack(Host host) {
        return cluster.watchFault().lost(host) != null;
    }

    /** When anything was last wrong between a process and any member. */
    long troubled(Host host) {
        long at = Math.max(troubled.getOrDefault(host, 0L), host.pausedUntil());
        for (Link link : cluster.network().links(host)) {
            at = Math.max(at, link.brokenAt);
        }
        return at;
    }

    /** Whether nothing was wrong around a process for a while. */
    boolean isSmooth(Host host) {
        return scheduler.now() - troubled(host) >= SMOOTH
                && !mayLack(host)
                && !cluster.watchFault().misnamesTo(host);
    }

    private boolean isInTrouble(Host host) {
        for (Link link : cluster.network().links(host)) {
            if (!link.isClean() || !link.node.takesPart() || link.node.knowsNoLeader()) {
                return true;
            }
        }
        return !cluster.isLed() || cluster.watchFault().misnamesTo(host);
    }

    private boolean reaches(Host host) {
        boolean any = false;
        for (Link link : cluster.network().links(host)) {
            any |= link.isClean() && link.node.takesPart() && !link.node.knowsNoLeader();
        }
        return any && cluster.isLed() && cluster.hasSpace();
    }

    private void audit() {
        scheduler.after(AUDIT, this::audit);
        long now = scheduler.now();
        for (Registrant each : registrants) {
            audit(each.host, now);
        }
        for (Consumer each : consumers) {
            audit(each.host, now);
            if (each.host.isAlive() && !each.host.isPaused()) {
                long heard = Math.max(cluster.network().traffic(each.host).lastHeard, each.host.pausedUntil());
                checks.check(
                        now - heard < SILENT
                                || !each.snapshot().known()
                                || each.snapshot().freshness() == dev.rollcall.discovery.Freshness.STALE,
                        "V10_HONEST_FRESHNESS",
                        () -> each.host.name + " heard nothing for long and says " + each.snapshot());
            }
        }
        if (now / AUDIT % 20 == 0) {
            quiet(now);
        }
    }

    private void audit(Host host, long now) {
        if (!host.isAlive()) {
            return;
        }
        if (isInTrouble(host)) {
            troubled.put(host, now);
        }
        Long lost = cluster.watchFault().lost(host);
        if (lost != null && now - Math.max(lost, troubled(host)) >= AUDITED) {
            cluster.watchFault().foundOut(host);
        }
        Network.Traffic traffic = cluster.network().traffic(host);
        checks.check(traffic.openCalls < MOST_OPEN_CALLS, "H2_BOUNDED", () -> host.name + ": " + traffic.openCalls);
        long[] before = sick.computeIfAbsent(host, absent -> new long[] {now, 0, 0});
        boolean reaches = reaches(host);
        checks.reaches(host, reaches);
        if (reaches) {
            before[0] = now;
            before[1] = traffic.calls;
            before[2] = traffic.connects;
        } else {
            unreachable.put(host, now);
            long seconds = (now - before[0]) / Scheduler.SECOND;
            if (seconds >= 60) {
                long requests = traffic.calls - before[1] + traffic.connects - before[2];
                checks.check(
                        requests < MOST_REQUESTS,
                        "H4_BUDGET",
                        () -> host.name + " made " + requests + " requests in " + seconds + " s of a sick store");
                before[0] = now;
                before[1] = traffic.calls;
                before[2] = traffic.connects;
            }
        }
    }

    /** While nothing is wrong registrations stand; a view is fresh while nothing is wrong around it. */
    private void quiet(long now) {
        boolean quiet = faults.isOver(now - 20 * Scheduler.SECOND);
        if (quiet) {
            checks.registrationsStand(SETTLED);
        }
        for (Consumer each : consumers) {
            boolean hears = isSmooth(each.host) || (quiet && !mayLack(each.host));
            if (each.host.isAlive() && now - each.startedAt > SETTLED && hears) {
                each.check.fresh(epoch(), now - (quiet ? 1 : 3) * Scheduler.SECOND);
            }
        }
    }

    private void viewsConverge() {
        for (Consumer each : consumers) {
            if (each.host.isAlive()) {
                each.check.converged(epoch());
                each.listeners().forEach(ListenerCheck::converged);
            }
        }
    }
}
