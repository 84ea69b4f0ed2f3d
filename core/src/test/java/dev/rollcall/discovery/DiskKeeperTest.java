package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.KeyRange;
import dev.rollcall.internal.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskKeeperTest {

    private static final KeyRange RANGE = KeyRange.prefix("a/");

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();
    private final List<Runnable> disk = new ArrayList<>();
    private final TimeSource time = new TimeSource() {
        @Override
        public long nanos() {
            return rig.nanos;
        }

        @Override
        public Instant now() {
            return rig.moment().wall();
        }
    };

    private DiskViews files;
    private DiskKeeper keeper;

    @BeforeEach
    void keep(@TempDir Path temp) {
        files = new DiskViews(new DiskViewSettings(temp.resolve("views"), Duration.ofDays(7)), time, Wiring.log(time));
        keeper = new DiskKeeper(RANGE, new DiskKeeper.Disk(files, disk::add), rig.moment(), time);
        store.put("a/1", "one", 11);
    }

    private long step() {
        return keeper.step(rig.state, rig.nanos);
    }

    private @Nullable DiskView kept() {
        disk.forEach(Runnable::run);
        disk.clear();
        return files.read(RANGE).orElse(null);
    }

    @Test
    void theFirstListIsWrittenAtOnceAndChangesFiveSecondsApart() {
        rig.live(store);
        step();
        assertThat(disk).hasSize(1);
        DiskView first = Objects.requireNonNull(kept());
        assertThat(first.kvs()).isEqualTo(store.list());
        assertThat(first.cluster()).isEqualTo(7);
        assertThat(first.revision()).isEqualTo(2);

        store.put("a/2", "two", 12);
        rig.catchUp(store);
        assertThat(step()).isEqualTo(DiskKeeper.APART);
        assertThat(disk).isEmpty();
        rig.pass(Duration.ofNanos(DiskKeeper.APART));
        step();
        assertThat(Objects.requireNonNull(kept()).kvs()).isEqualTo(store.list());
    }

    @Test
    void aViewThatDoesNotChangeIsWrittenAgainForItsAge() {
        rig.live(store);
        step();
        Instant first = Objects.requireNonNull(kept()).provenAt();
        rig.pass(Duration.ofSeconds(30));
        rig.send(new ViewEvent.Progress(store.header()));
        assertThat(step()).isBetween(1L, DiskKeeper.RENEWED);
        assertThat(disk).isEmpty();

        rig.nanos += DiskKeeper.RENEWED;
        step();

        assertThat(Objects.requireNonNull(kept()).provenAt()).isEqualTo(first.plusSeconds(30));
    }

    @Test
    void aViewThatNothingProvesAnewIsNotWrittenAgain() {
        rig.live(store);
        step();
        kept();
        rig.broken();
        rig.nanos += 2 * DiskKeeper.RENEWED;

        assertThat(step()).isEqualTo(Long.MAX_VALUE);
        assertThat(disk).isEmpty();
    }

    @Test
    void beforeTheStoreIsReadNothingIsWritten() {
        rig.send(new ViewEvent.Started());

        assertThat(step()).isEqualTo(Long.MAX_VALUE);
        keeper.close(rig.state);
        assertThat(disk).isEmpty();
    }

    @Test
    void whatTheGuardHoldsBackStaysOnDisk() {
        store.put("a/2", "two", 12);
        rig.live(store);
        step();
        kept();
        rig.reconnected(new Store(7, 2));
        rig.listed(new Store(7, 2));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);

        rig.nanos += DiskKeeper.RENEWED;
        step();
        keeper.close(rig.state);

        assertThat(Objects.requireNonNull(kept()).kvs()).hasSize(2);
    }

    @Test
    void whileTheDiskHangsOneWriteWaitsAndTheYoungestIsWritten() {
        rig.live(store);
        step();
        for (int i = 0; i < 5; i++) {
            store.put("a/1", "text " + i, 11);
            rig.catchUp(store);
            rig.nanos += DiskKeeper.APART;
            step();
        }
        keeper.close(rig.state);

        assertThat(disk).hasSize(1);
        assertThat(Objects.requireNonNull(kept()).kvs()).isEqualTo(store.list());
    }

    @Test
    void anAgeIsThatOfTheWallClockAndNeverNegative() {
        rig.nanos = 5_000_000_000L;
        DiskView old = new DiskView(RANGE, 7, 2, 9, rig.moment().wall().minusSeconds(3), List.of());
        DiskView ahead = new DiskView(RANGE, 7, 2, 9, rig.moment().wall().plusSeconds(3), List.of());

        assertThat(keeper.asOf(old).nanos()).isEqualTo(2_000_000_000L);
        assertThat(keeper.asOf(ahead).nanos()).isEqualTo(5_000_000_000L);
    }

    @Test
    void aClosedExecutorIsAnEmptyDisk() {
        DiskKeeper late = new DiskKeeper(
                RANGE,
                new DiskKeeper.Disk(files, task -> {
                    throw new RejectedExecutionException("closed");
                }),
                rig.moment(),
                time);
        List<@Nullable DiskView> loaded = new ArrayList<>();
        late.load(loaded::add);
        rig.live(store);
        late.close(rig.state);

        assertThat(loaded).hasSize(1).containsOnlyNulls();
    }
}
