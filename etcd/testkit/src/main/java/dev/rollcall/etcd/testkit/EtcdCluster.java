package dev.rollcall.etcd.testkit;

import dev.rollcall.etcd.proto.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    public void saveSnapshot(Path file) {
        admin.saveSnapshot(file);
    }

    @Override
    public void restoreSnapshot(Path file) {
        members.forEach(member -> member.restoreData(file));
        start();
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
    public boolean expireLease(long lease) {
        return admin.revoke(lease);
    }

    @Override
    public List<TestEtcd> members() {
        return List.copyOf(members);
    }

    @Override
    public TestEtcd leader() {
        return Await.value(ELECTION, this::leaderNow)
                .orElseThrow(() ->
                        new IllegalStateException("no member leads after " + ELECTION.toSeconds() + " s: " + members));
    }

    /** Who says so of itself in the highest term that is heard of: a leader that slept still believes in its own. */
    private Optional<EtcdProcess> leaderNow() {
        Map<EtcdProcess, StatusResponse> answers = new HashMap<>();
        members.stream().filter(EtcdProcess::running).forEach(m -> status(m).ifPresent(s -> answers.put(m, s)));
        long term = answers.values().stream()
                .mapToLong(StatusResponse::getRaftTerm)
                .max()
                .orElse(0);
        return answers.entrySet().stream()
                .filter(e -> e.getValue().getRaftTerm() == term)
                .filter(e ->
                        e.getValue().getLeader() == e.getValue().getHeader().getMemberId())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Optional<StatusResponse> status(EtcdProcess member) {
        try {
            return Optional.of(member.admin().status(PROBE));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
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
