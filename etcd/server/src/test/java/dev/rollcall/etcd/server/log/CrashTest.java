package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.log.ForgetfulDisk.Memory;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing that was told is lost, whenever the machine goes off and whatever it forgets of what was not forced. */
@Tag("once")
class CrashTest {
    private static final int COMMANDS = 25;
    private static final List<Memory> MEMORIES = List.of(Memory.values());

    /** Raised by {@code tools/crash-disk --cycles N}. */
    private static final int CYCLES = Integer.getInteger("rollcall.crash.cycles", 30);

    @Test
    void aCrashAtEachForceOfARunLosesNothing() throws IOException {
        boolean crashed = true;
        for (int force = 1; crashed; force++) {
            Memories memories = new Memories();
            ForgetfulDisk disk = new ForgetfulDisk(force);
            disk.crashAt(force);
            run(disk, memories, force, 3);
            crashed = disk.crashed();
            Memory memory = MEMORIES.get(force % MEMORIES.size());
            try (DataDirectory found = RunningStore.data(disk.afterCrash(memory, force))) {
                memories.check(found.machine());
            }
        }
    }

    /** One store over many crashes, those during the recovery from others included. */
    @Test
    void aStoreOutlivesManyCrashes() throws IOException {
        Memories memories = new Memories();
        ForgetfulDisk disk = new ForgetfulDisk(1);
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            Random random = new Random(cycle);
            disk.crashAt(1 + random.nextInt(60));
            run(disk, memories, cycle, COMMANDS);
            disk = disk.afterCrash(MEMORIES.get(random.nextInt(MEMORIES.size())), cycle);
            try (DataDirectory found = RunningStore.data(disk)) {
                memories.check(found.machine());
            }
        }
        assertThat(memories.revision()).isGreaterThan(CYCLES);
    }

    /** What a force that failed should have written is taken back, and told to be refused; the store goes on without a restart. */
    @Test
    void aForceThatFailsIsNeverFollowedByAnAcknowledgement() throws IOException {
        for (int round = 1; round <= 40; round++) {
            Memories memories = new Memories();
            ForgetfulDisk disk = new ForgetfulDisk(round);
            try (RunningStore store = RunningStore.open(disk, memories::saw)) {
                new Traffic(store, memories, round).run(5);
                disk.failForces(1 + round % 3, round % 4 < 2 ? "Input/output error" : "No space left on device");
                new Traffic(store, memories, 100 + round).run(5);
                new Traffic(store, memories, 200 + round).run(5);
            }
            try (DataDirectory found = RunningStore.data(disk.afterCrash(Memory.PARTS, round))) {
                memories.check(found.machine());
            }
        }
    }

    @Test
    void whatWasRefusedForWantOfSpaceIsNotFoundLater() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        try (RunningStore store = RunningStore.open(disk, applied -> {})) {
            store.send(put("a")).join();
            disk.failForces(1, "No space left on device");
            assertThat(store.send(put("b")))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("etcdserver: mvcc: database space exceeded");
        }
        try (DataDirectory found = RunningStore.data(disk.afterCrash(Memory.ALL, 1))) {
            assertThat(found.machine().store().revision()).isEqualTo(2);
        }
    }

    @Test
    void aFullDiskRefusesWritesUntilThereIsRoom() throws IOException {
        Memories memories = new Memories();
        ForgetfulDisk disk = new ForgetfulDisk(1);
        try (RunningStore store = RunningStore.open(disk, memories::saw)) {
            new Traffic(store, memories, 1).run(10);
            long revision = memories.revision();
            disk.leaveRoom(700);
            new Traffic(store, memories, 2).run(10);
            assertThat(store.writer().outOfSpace()).isTrue();
            disk.makeRoom();
            new Traffic(store, memories, 3).run(10);
            assertThat(store.writer().outOfSpace()).isFalse();
            assertThat(memories.revision()).isGreaterThan(revision);
        }
        try (DataDirectory found = RunningStore.data(disk.afterCrash(Memory.NOTHING, 1))) {
            memories.check(found.machine());
        }
    }

    private static Command put(String key) {
        return new Command.Execute(new Op.Put(Bytes.utf8(key), Bytes.utf8("1"), 0, false, false, false));
    }

    /** Crashes may strike while a crash is being recovered from. */
    private static void run(ForgetfulDisk disk, Memories memories, long seed, int commands) {
        try (RunningStore store = RunningStore.open(disk, memories::saw)) {
            new Traffic(store, memories, seed).run(commands);
        } catch (IOException e) {
            assertThat(disk.crashed()).as("%s", e).isTrue();
        }
    }
}
