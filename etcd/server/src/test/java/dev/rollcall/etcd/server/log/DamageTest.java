package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.log.ForgetfulDisk.Memory;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.mvcc.Commit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not what was written leads to what was written up to some point, or to a refusal that says where and what to do. */
@Tag("once")
class DamageTest {

    @Test
    void aLogCutAtAnyByteLeadsToWhatWasWrittenBefore() throws IOException {
        ForgetfulDisk disk = filled(60);
        List<Commit> whole = commits(disk);
        String newest = last(disk, CommandLog.PREFIX);
        int found = 0;
        for (int size = 0; size < disk.bytes(newest).length; size++) {
            found += prefixOrRefusal(disk.withCut(newest, size), whole, newest) ? 1 : 0;
        }
        assertThat(found).isPositive();
    }

    @Test
    void aCutImageIsRefused() throws IOException {
        ForgetfulDisk disk = filled(60);
        String newest = last(disk, Images.PREFIX);
        for (int size = 0; size < disk.bytes(newest).length; size++) {
            ForgetfulDisk cut = disk.withCut(newest, size);
            assertThatThrownBy(() -> RunningStore.data(cut))
                    .isInstanceOf(DamagedStore.class)
                    .hasMessageContaining(newest)
                    .hasMessageContaining("Nothing was changed");
        }
    }

    @Test
    void aFlippedBitInALogLeadsToWhatWasWrittenBeforeOrIsRefused() throws IOException {
        ForgetfulDisk disk = filled(60);
        List<Commit> whole = commits(disk);
        Random random = new Random(1);
        for (String name : disk.names()) {
            for (int offset = random.nextInt(3); offset < disk.bytes(name).length; offset += 3) {
                prefixOrRefusal(disk.withFlipped(name, offset, random.nextInt(8)), whole, name);
            }
        }
    }

    /** The last frame that was written may be half there after a crash; one with another behind it was forced, and is damaged. */
    @Test
    void onlyTheLastFrameMayBeTorn() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        try (RunningStore store = RunningStore.open(disk, applied -> {})) {
            new Traffic(store, new Memories(), 1).run(3);
        }
        String log = last(disk, CommandLog.PREFIX);
        assertThatThrownBy(() -> RunningStore.data(disk.withFlipped(log, FileHead.SIZE + Frame.HEADER + 5, 0)))
                .isInstanceOf(DamagedStore.class)
                .hasMessageContaining(log + " is damaged at byte " + FileHead.SIZE);
    }

    @Test
    void aMissingFileIsNoticed() throws IOException {
        ForgetfulDisk disk = filled(60);
        List<String> logs = disk.names().stream()
                .filter(name -> name.startsWith(CommandLog.PREFIX))
                .sorted()
                .toList();
        assertThat(logs).hasSizeGreaterThan(1);
        disk.delete(logs.get(0));
        assertThatThrownBy(() -> RunningStore.data(disk))
                .isInstanceOf(DamagedStore.class)
                .hasMessageContaining(logs.get(1))
                .hasMessageContaining("a file before it is missing");
        ForgetfulDisk without = filled(60);
        without.delete(last(without, Images.PREFIX));
        assertThatThrownBy(() -> RunningStore.data(without)).isInstanceOf(DamagedStore.class);
    }

    @Test
    void aFileOfAnotherFormatIsLeftToTheVersionThatWroteIt() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        RunningStore.data(disk).close();
        setFormat(disk, last(disk, CommandLog.PREFIX), FileHead.FORMAT + 1);
        assertThatThrownBy(() -> RunningStore.data(disk))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format 3, and this server reads the formats 1 to 2")
                .hasMessageContaining("start the version that wrote it");
    }

    /** A version that knows the older format alone must find nothing that it does not know behind a head that it does. */
    @Test
    void anOlderFileIsReadAndNeverWrittenAgain() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        try (RunningStore store = RunningStore.open(disk, applied -> {})) {
            new Traffic(store, new Memories(), 1).run(3);
        }
        String older = last(disk, CommandLog.PREFIX);
        setFormat(disk, older, FileHead.OLDEST);
        byte[] before = disk.bytes(older);
        List<Commit> commits = commits(disk);
        assertThat(commits).isNotEmpty();
        RunningStore.data(disk).close();
        String newer = last(disk, CommandLog.PREFIX);
        assertThat(newer).isNotEqualTo(older);
        assertThat(disk.bytes(older)).isEqualTo(before);
        assertThat(ByteBuffer.wrap(disk.bytes(newer)).getInt(8)).isEqualTo(FileHead.FORMAT);
        assertThat(commits(disk)).isEqualTo(commits);
        assertThat(last(disk, CommandLog.PREFIX)).isEqualTo(newer);
    }

    @Test
    void anOlderFileWithoutARecordIsReplaced() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        CommandLog.create(disk, Identity.of("test", "store"), RunningStore.SMALL)
                .close();
        String log = last(disk, CommandLog.PREFIX);
        setFormat(disk, log, FileHead.OLDEST);
        RunningStore.data(disk).close();
        assertThat(last(disk, CommandLog.PREFIX)).isEqualTo(log);
        assertThat(ByteBuffer.wrap(disk.bytes(log)).getInt(8)).isEqualTo(FileHead.FORMAT);
    }

    private static void setFormat(ForgetfulDisk disk, String name, int format) throws IOException {
        ByteBuffer head = ByteBuffer.wrap(disk.bytes(name).clone(), 0, FileHead.SIZE);
        head.putInt(8, format);
        CRC32C checksum = new CRC32C();
        checksum.update(head.slice(0, FileHead.SIZE - 4));
        head.putInt(FileHead.SIZE - 4, (int) checksum.getValue());
        try (DiskFile file = disk.open(name)) {
            file.write(0, head);
        }
    }

    @Test
    void aFileOfAnotherStoreIsRefused() throws IOException {
        ForgetfulDisk disk = filled(60);
        ForgetfulDisk other = new ForgetfulDisk(2);
        DataDirectory.open(other, RunningStore.SMALL, () -> Identity.of("other", "store"), 0)
                .close();
        String newest = last(disk, CommandLog.PREFIX);
        disk.open(newest).cut(0);
        disk.open(newest).write(0, ByteBuffer.wrap(other.bytes("log-0000000000000001")));
        assertThatThrownBy(() -> RunningStore.data(disk))
                .isInstanceOf(DamagedStore.class)
                .hasMessageContaining("another store");
    }

    @Test
    void aDirectoryBelongsToOneServer(@TempDir Path directory) throws IOException {
        Path deep = directory.resolve("not/there/yet");
        Identity identity = Identity.of("a", "b");
        try (DataDirectory first = DataDirectory.open(deep, () -> identity, 0)) {
            assertThat(first.identity()).isEqualTo(identity);
            assertThatThrownBy(() -> DataDirectory.open(deep, () -> identity, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another server");
        }
        DataDirectory.open(deep, () -> Identity.of("c", "d"), 0).close();
        DataDirectory.wipe(deep);
        try (DataDirectory wiped = DataDirectory.open(deep, () -> Identity.of("c", "d"), 0)) {
            assertThat(wiped.identity()).isEqualTo(Identity.of("c", "d"));
        }
    }

    @Test
    void theDataOfARealEtcdIsNotTakenForAnEmptyStore(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("member/snap"));
        assertThatThrownBy(() -> DataDirectory.open(directory, () -> Identity.of("a", "b"), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a real etcd");
        assertThat(directory.resolve("lock")).doesNotExist();
    }

    @Test
    void whatIsNotOursIsLeftAlone(@TempDir Path directory) throws IOException {
        Path foreign = Files.createFile(directory.resolve("notes.new"));
        Path unfinished = Files.createFile(directory.resolve("image-0000000000000007.new"));
        DataDirectory.open(directory, () -> Identity.of("a", "b"), 0).close();
        assertThat(unfinished).doesNotExist();
        DataDirectory.wipe(directory);
        assertThat(foreign).exists();
    }

    /** Whether it could be opened; then it holds the first commits of the whole, and nothing else. */
    private static boolean prefixOrRefusal(ForgetfulDisk disk, List<Commit> whole, String name) {
        try (DataDirectory found = RunningStore.data(disk)) {
            List<Commit> commits = found.machine().store().commits();
            assertThat(whole).startsWith(commits.toArray(new Commit[0]));
            return true;
        } catch (DamagedStore e) {
            assertThat(e).hasMessageContaining(name).hasMessageContaining("Nothing was changed");
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A disk with at least one image, and two log files behind it. */
    private static ForgetfulDisk filled(int commands) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(1);
        for (int seed = 1; ; seed++) {
            try (RunningStore store = RunningStore.open(disk, applied -> {})) {
                new Traffic(store, new Memories(), seed).run(commands);
            }
            boolean image = disk.names().stream().anyMatch(name -> name.startsWith(Images.PREFIX));
            long logs = disk.names().stream()
                    .filter(name -> name.startsWith(CommandLog.PREFIX))
                    .count();
            if (image && logs > 1) {
                return disk;
            }
        }
    }

    private static List<Commit> commits(ForgetfulDisk disk) throws IOException {
        try (DataDirectory data = RunningStore.data(disk.afterCrash(Memory.ALL, 1))) {
            return data.machine().store().commits();
        }
    }

    private static String last(ForgetfulDisk disk, String prefix) throws IOException {
        return disk.names().stream()
                .filter(name -> name.startsWith(prefix))
                .max(String::compareTo)
                .orElseThrow();
    }
}
