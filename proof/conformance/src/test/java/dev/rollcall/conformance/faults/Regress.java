package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How a store goes back in time while its clients are cut off from it. */
enum Regress {
    /** All data is removed; on a real etcd the cluster's id stays what it was. */
    WIPED,
    /** As wiped, and others write until the revision is higher than it was. */
    OVERTAKEN,
    /** A snapshot from before the registrations is restored. */
    RESTORED,
    /** A snapshot with the registrations in it is restored, and their leases live; but since then each had said something else. */
    RESTORED_LATELY;

    static Regress parse(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a snapshot is saved before there are any registrations. */
    boolean needsEarlySnapshot() {
        return this == RESTORED;
    }

    boolean needsLateSnapshot() {
        return this == RESTORED_LATELY;
    }

    /** Cuts the clients of the proxies off, takes the store back, and lets them in; answers when it did, in nanoseconds. */
    long strike(TestEtcd store, List<FaultProxy> proxies, Path snapshot) {
        long before = revision(store, 0);
        proxies.forEach(FaultProxy::refuse);
        proxies.forEach(FaultProxy::resetAll);
        switch (this) {
            case WIPED -> store.wipe();
            case OVERTAKEN -> {
                store.wipe();
                revision(store, before + 100);
            }
            case RESTORED, RESTORED_LATELY -> store.restoreSnapshot(snapshot);
        }
        long back = System.nanoTime();
        proxies.forEach(FaultProxy::heal);
        return back;
    }

    /** The revision of the store, after others have written so much that it is at least the given one. */
    static long revision(TestEtcd store, long least) {
        try (EtcdClient writer = EtcdClient.connect(store.endpoints().toArray(String[]::new))) {
            long revision = write(writer);
            while (revision < least) {
                revision = write(writer);
            }
            return revision;
        }
    }

    private static long write(EtcdClient writer) {
        return writer.kv().put("others/key", "value").header().revision();
    }

    static Path snapshotFile() {
        try {
            Path file = Files.createTempFile("rollcall-regress", ".db");
            Files.delete(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
