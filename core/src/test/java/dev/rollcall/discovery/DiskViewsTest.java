package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.internal.CapturedLines;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

@Timeout(60)
class DiskViewsTest {

    private static final KeyRange RANGE = DiskViewTest.RANGE;
    private static final DiskView VIEW = DiskViewTest.view(DiskViewTest.kv("services/user/1", "one", 4, 9));

    @RegisterExtension
    final CapturedLines lines = new CapturedLines(Discovery.class);

    private long nanos;
    private Instant now = DiskViewTest.THEN.plusSeconds(60);
    private final TimeSource time = new TimeSource() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return now;
        }
    };

    @TempDir
    private Path temp;

    private Path dir;
    private Path file;

    @BeforeEach
    void place() {
        dir = temp.resolve("deep").resolve("views");
        file = dir.resolve(DiskView.fileName(RANGE));
    }

    private DiskViews views() {
        return new DiskViews(new DiskViewSettings(dir, Duration.ofDays(7)), time, Wiring.log(time));
    }

    private Optional<DiskView> read() {
        return views().read(RANGE);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(dir)) {
            return found.toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsWrittenIsReadByTheNextProcess() {
        assertThat(read()).isEmpty();
        views().write(VIEW);

        assertThat(read()).contains(VIEW);
    }

    @Test
    void whoeverTheJvmSaysItsUserIsTheFilesAreHis() {
        String name = System.getProperty("user.name");
        System.setProperty("user.name", name.equals("daemon") ? "root" : "daemon");
        try {
            views().write(VIEW);
            assertThat(read()).contains(VIEW);
            DiskViews elsewhere = new DiskViews(
                    new DiskViewSettings(dir, Duration.ofDays(7)), time, Wiring.log(time), temp.resolve("no-proc"));
            assertThat(elsewhere.read(RANGE)).contains(VIEW);
        } finally {
            System.setProperty("user.name", name);
        }
    }

    @Test
    void thatAWriteFailsIsSaidLaterWhereTheLogWasFull() throws IOException {
        Files.writeString(temp.resolve("deep"), "a file");
        LogBudget full = Wiring.log(time);
        for (int i = 0; i < 20; i++) {
            full.log(Level.WARN, "another trouble");
        }
        DiskViews views = new DiskViews(new DiskViewSettings(dir, Duration.ofDays(7)), time, full);
        views.write(VIEW);
        assertThat(lines.beginning("the disk view")).isEmpty();

        nanos += Duration.ofMinutes(1).toNanos();
        views.write(VIEW);
        views.write(VIEW);

        assertThat(lines.beginning("the disk view")).hasSize(1);
    }

    @Test
    void onlyTheOwnerMayLook() throws IOException {
        views().write(VIEW);

        assertThat(permissions(dir)).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void aWriteReplacesTheFileAndLeavesNothingBeside() throws IOException {
        views().write(DiskViewTest.view());
        views().write(VIEW);

        assertThat(files()).containsExactly(file);
        assertThat(read()).contains(VIEW);
    }

    @Test
    void aDamagedFileIsIgnoredAndReplaced() throws IOException {
        views().write(VIEW);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(read()).isEmpty();

        Files.write(file, new byte[0]);
        assertThat(read()).isEmpty();

        views().write(VIEW);
        assertThat(read()).contains(VIEW);
    }

    @Test
    void theFileOfAnotherRangeIsIgnored() throws IOException {
        views().write(VIEW);
        KeyRange other = KeyRange.prefix("services/other/");
        Files.move(file, dir.resolve(DiskView.fileName(other)));

        assertThat(views().read(other)).isEmpty();
    }

    @Test
    void aViewIsIgnoredOnceItIsTooOldAndWhereItIsOfALaterTimeThanThis() {
        views().write(VIEW);
        now = DiskViewTest.THEN.plus(Duration.ofDays(7));
        assertThat(read()).contains(VIEW);
        now = now.plusMillis(1);
        assertThat(read()).isEmpty();
        now = DiskViewTest.THEN.minus(Duration.ofDays(8));
        assertThat(read()).isEmpty();
        now = Instant.MIN;
        assertThat(read()).isEmpty();
    }

    @Test
    void aFileThatIsTooLargeIsNeitherReadNorWritten() throws IOException {
        views().write(VIEW);
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(DiskView.MOST_BYTES).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertThat(read()).isEmpty();
        Files.delete(file);

        Bytes large = Bytes.of(new byte[DiskView.MOST_BYTES / 2]);
        KeyValue one = new KeyValue(Bytes.utf8("services/user/1"), large, 2, 2, 1, new dev.rollcall.etcd.LeaseId(1));
        KeyValue two = new KeyValue(Bytes.utf8("services/user/2"), large, 2, 2, 1, new dev.rollcall.etcd.LeaseId(1));
        views().write(DiskViewTest.view(one, two));
        assertThat(file).doesNotExist();
    }

    @Test
    void aLinkInThePlaceOfTheFileIsNotFollowed() throws IOException {
        views().write(VIEW);
        Path elsewhere = dir.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);
        byte[] before = Files.readAllBytes(elsewhere);
        assertThat(read()).isEmpty();

        views().write(DiskViewTest.view());

        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(read()).contains(DiskViewTest.view());
        assertThat(Files.readAllBytes(elsewhere)).isEqualTo(before);
    }

    @Test
    void aLinkInThePlaceOfTheDirectoryIsNotFollowed() throws IOException {
        views().write(VIEW);
        Path elsewhere = dir.resolveSibling("elsewhere");
        Files.move(dir, elsewhere);
        Files.createSymbolicLink(dir, elsewhere);
        assertThat(read()).isEmpty();

        Files.delete(elsewhere.resolve(file.getFileName()));
        views().write(VIEW);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void whatOthersMayWriteIsNotBelieved() throws IOException {
        views().write(VIEW);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w----"));
        assertThat(read()).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(read()).contains(VIEW);

        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx----w-"));
        assertThat(read()).isEmpty();
        views().write(DiskViewTest.view());
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(read()).contains(VIEW);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNoException() throws IOException {
        Files.writeString(temp.resolve("deep"), "a file");

        views().write(VIEW);

        assertThat(read()).isEmpty();
    }

    @Test
    void aDirectoryInThePlaceOfTheFileIsNoException() throws IOException {
        Files.createDirectories(file.resolve("deeper"));
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));

        views().write(VIEW);

        assertThat(read()).isEmpty();
        assertThat(files()).containsExactly(file);
    }

    @Test
    void whatAKilledProcessLeftUnfinishedIsClearedAwayAfterAnHour() throws IOException {
        views().write(VIEW);
        Path old = Files.createFile(dir.resolve("1.tmp"));
        Path young = Files.createFile(dir.resolve("2.tmp"));
        Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(3_601)));
        Files.setLastModifiedTime(young, FileTime.from(now.minusSeconds(3_599)));

        views().write(VIEW);

        assertThat(files()).containsExactlyInAnyOrder(file, young);
    }

    @Test
    void readingMakesAndRemovesNothing() throws IOException, InterruptedException {
        views().write(VIEW);
        Path old = Files.createFile(dir.resolve("1.tmp"));
        Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(3_601)));
        try (WatchService watch = dir.getFileSystem().newWatchService()) {
            dir.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);

            assertThat(read()).contains(VIEW);

            Path last = Files.createFile(dir.resolve("last"));
            List<Object> seen = new ArrayList<>();
            while (!seen.contains(last.getFileName())) {
                WatchKey key = watch.take();
                key.pollEvents().forEach(event -> seen.add(event.context()));
                key.reset();
            }
            assertThat(seen).containsExactly(last.getFileName());
        }
    }

    @Test
    void twoProcessesWriteSideBySideAndEveryReadIsWhole() throws IOException, InterruptedException {
        views().write(wide(1));
        List<Process> writers = new ArrayList<>();
        for (String first : List.of("2", "1002")) {
            writers.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DiskViewsTest.class.getName(),
                            dir.toString(),
                            first)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        int seen = 0;
        while (writers.stream().anyMatch(Process::isAlive)) {
            DiskView found = read().orElseThrow();
            assertThat(found.equals(wide(found.revision()))).isTrue();
            seen++;
        }
        for (Process writer : writers) {
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).isZero();
        }
        assertThat(seen).isPositive();
        assertThat(read().orElseThrow().revision()).isIn(201L, 1_201L);
        assertThat(files()).containsExactly(file);
    }

    /** Writes 200 views into a directory; the revision says which it is. */
    public static void main(String... args) {
        TimeSource time = TimeSource.system();
        DiskViews views = new DiskViews(
                new DiskViewSettings(Path.of(args[0]), DiskViewSettings.DEFAULT_MAX_AGE), time, Wiring.log(time));
        long first = Long.parseLong(args[1]);
        for (long revision = first; revision < first + 200; revision++) {
            views.write(wide(revision));
        }
        try (Stream<Path> found = Files.list(Path.of(args[0]))) {
            System.exit(found.anyMatch(path -> path.toString().endsWith(".view")) ? 0 : 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DiskView wide(long revision) {
        List<KeyValue> kvs = new ArrayList<>();
        for (int i = 100; i < 200; i++) {
            kvs.add(DiskViewTest.kv("services/user/" + i, "value " + revision, 1, 1));
        }
        return new DiskView(RANGE, 7, 2, revision, DiskViewTest.THEN, kvs);
    }
}
