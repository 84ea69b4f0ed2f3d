package dev.rollcall.etcd.testkit;

import dev.rollcall.etcd.proto.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Several real etcds that form one store. What is done to the cluster is done to every member. */
final class EtcdCluster implements TestEtcd {

    private static final Duration ELECTION = Duration.ofSeconds(15);
    private static final Duration PROBE = Duration.ofMillis(500);

    private final List<EtcdProcess> members;
    private final AdminCalls admin;

    EtcdCluster(EtcdSpec spec, List<EtcdProcess> members) {
        this.members = members;
        this.admin = spec.adminCalls(endpoints());
    }

    @Override
    public List<String> endpoints() {
        return members.stream().flatMap(m -> m.endpoints().stream()).toList();
    }

    @Override
    public String version() {
        return members.get(0).version();
    }

    @Override
    public boolean running() {
        return members.stream().allMatch(EtcdProcess::running);
    }

    @Override
    public void start() {
        members.forEach(EtcdProcess::spawn);
        members.forEach(EtcdProcess::awaitReady);
    }

    @Override
    public void stop() {
        members.forEach(EtcdProcess::stop);
    }

    @Override
    public void kill() {
        members.forEach(EtcdProcess::kill);
    }

    @Override
    public void pause() {
        members.forEach(EtcdProcess::pause);
    }

    @Override
    public void resume() {
        members.forEach(EtcdProcess::resume);
    }

    @Override
    public void wipe() {
        members.forEach(EtcdProcess::removeData);
        start();
        admin.protect();
    }

    @Override
    public long compact() {
        return admin.compact();
    }

    @Override
    public void clear() {
        admin.clear();
    }

    @Override
    public int openWatches() {
        return members.stream()
                .filter(EtcdProcess::running)
                .mapToInt(EtcdProcess::openWatches)
                .sum();
    }

    @Override
    public Set<Long> liveLeases() {
        return admin.leases();
    }

    @Override
    public List<TestEtcd> members() {
        return List.copyOf(members);
    }

    @Override
    public TestEtcd leader() {
        AtomicReference<EtcdProcess> leader = new AtomicReference<>();
        Await.until(ELECTION, () -> {
            members.stream().filter(EtcdCluster::leads).findFirst().ifPresent(leader::set);
            return leader.get() != null;
        });
        return Optional.ofNullable(leader.get())
                .orElseThrow(() ->
                        new IllegalStateException("no member leads after " + ELECTION.toSeconds() + " s: " + members));
    }

    private static boolean leads(EtcdProcess member) {
        if (!member.running()) {
            return false;
        }
        try {
            StatusResponse status = member.admin().status(PROBE);
            return status.getLeader() != 0
                    && status.getLeader() == status.getHeader().getMemberId();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        members.forEach(EtcdProcess::close);
    }

    @Override
    public String toString() {
        return "etcd " + version() + " cluster of " + members;
    }
}
