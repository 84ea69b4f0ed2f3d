package dev.rollcall.nemesis;

import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.nio.file.Path;
import java.util.List;

/** One real etcd, or several. */
final class RealStore implements Store {

    private static final String FORGETFUL = "3.4.23";

    private final TestEtcd etcd;
    private final String password;

    RealStore(EtcdSpec spec, String password) {
        this.etcd = spec.start();
        this.password = password;
    }

    @Override
    public List<String> endpoints() {
        return etcd.endpoints();
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public boolean keepsData() {
        return true;
    }

    @Override
    public boolean forgetful() {
        return etcd.members().stream().anyMatch(member -> member.version().equals(FORGETFUL));
    }

    @Override
    public int leader() {
        return etcd.members().indexOf(etcd.leader());
    }

    @Override
    public void kill(int member) {
        etcd.member(member).kill();
    }

    @Override
    public void start(int member) {
        etcd.member(member).start();
    }

    @Override
    public void pause(int member) {
        etcd.member(member).pause();
    }

    @Override
    public void resume(int member) {
        etcd.member(member).resume();
    }

    @Override
    public boolean running(int member) {
        return etcd.member(member).running();
    }

    @Override
    public void killAll() {
        etcd.kill();
    }

    @Override
    public void startAll() {
        etcd.start();
    }

    @Override
    public void wipe() {
        etcd.wipe();
    }

    @Override
    public void saveSnapshot(Path file) {
        etcd.saveSnapshot(file);
    }

    @Override
    public void restoreSnapshot(Path file) {
        etcd.restoreSnapshot(file);
    }

    @Override
    public void close() {
        etcd.close();
    }
}
