package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A disk that answers late, or never. */
@Timeout(60)
class HangingDiskTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private final Queue<Runnable> disk = new ConcurrentLinkedQueue<>();

    @Test
    void aViewIsReadFromTheStoreAndClosesAndWhatComesLateDoesNotCount(@TempDir Path temp) {
        TimeSource time = TimeSource.system();
        DiskViews files = new DiskViews(
                new DiskViewSettings(temp.resolve("views"), DiskViewSettings.DEFAULT_MAX_AGE), time, Wiring.log(time));
        CallbackPool workers = CallbackPool.start("rollcall-discovery", 1);
        CallbackPool listeners = CallbackPool.start();
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new))) {
            Wiring wiring = new Wiring(
                    client,
                    Timer.start(),
                    workers,
                    listeners,
                    time,
                    RandomSource.system(),
                    Observer.none(),
                    Optional.of(new DiskKeeper.Disk(files, disk::add)),
                    Wiring.log(time));
            List<Runnable> closers = List.of(workers::close, listeners::close);
            try (Discovery discovery =
                    new Discovery(Keyspace.standard(), DiscoverySettings.DEFAULTS, wiring, closers)) {
                ServiceView view = discovery.view("user");
                Snapshot first = view.awaitSnapshot(Duration.ofSeconds(20));
                assertThat(first.freshness()).isEqualTo(Freshness.LIVE);
                assertThat(disk).hasSizeBetween(1, 2);

                disk.remove().run();
                assertThat(view.snapshot().known()).isTrue();
            }
        }
        assertThat(disk).hasSize(1);
    }
}
