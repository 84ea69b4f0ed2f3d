package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyRange;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The files of one directory, a {@link DiskView} each. Blocks on the disk, throws nothing: what cannot be read or written is left with a warning.
 *
 * <p>A file is replaced as a whole, so that several processes may share the directory; the last one wins. The directory and its files belong to
 * whoever runs this process, and nobody else may write to them; links are not followed. Safe for use by several threads.
 */
final class DiskViews {

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final Path PROCESS = Path.of("/proc/self");
    private static final String UNFINISHED = ".tmp";
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path dir;
    private final Duration maxAge;
    private final TimeSource time;
    private final LogBudget lines;
    private final Path process;
    private final boolean posix;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean cleared = new AtomicBoolean();
    private final Object lock = new Object();
    private @Nullable UserPrincipal me;

    DiskViews(DiskViewSettings settings, TimeSource time, LogBudget lines) {
        this(settings, time, lines, PROCESS);
    }

    /** @param process what belongs to whoever runs this process, where the system has such a thing */
    DiskViews(DiskViewSettings settings, TimeSource time, LogBudget lines, Path process) {
        this.dir = settings.dir();
        this.process = process;
        this.maxAge = settings.maxAge();
        this.time = time;
        this.lines = lines;
        this.posix = dir.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** What was last written for a range; empty where there is nothing, or nothing that can be believed. */
    Optional<DiskView> read(KeyRange range) {
        Path file = dir.resolve(DiskView.fileName(range));
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            checkDirectory();
            DiskView view = DiskView.decode(bytes(file));
            if (!view.range().equals(range)) {
                throw new IllegalArgumentException("it is of another range, " + view.range());
            }
            Duration age = Duration.between(view.provenAt(), time.now());
            if (age.abs().compareTo(maxAge) > 0) {
                throw new IllegalArgumentException("it is of " + view.provenAt());
            }
            return Optional.of(view);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            lines.log(Level.WARN, "the disk view {} is ignored: {}", file, reason(e));
            return Optional.empty();
        }
    }

    private byte[] bytes(Path file) throws IOException {
        BasicFileAttributes found = attributes(file);
        if (!found.isRegularFile()) {
            throw new IOException("it is no file, or a link");
        }
        checkOwner(found);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(DiskView.MOST_BYTES + 1);
            if (bytes.length > DiskView.MOST_BYTES) {
                throw new IOException("it has more than " + DiskView.MOST_BYTES + " bytes");
            }
            return bytes;
        }
    }

    /** Puts a view in the place of what was written before, on the disk when this returns. The first time, what was left unfinished is cleared away. */
    void write(DiskView view) {
        try {
            long size = view.encodedSize();
            if (size > DiskView.MOST_BYTES) {
                throw new IOException("it would have " + size + " bytes");
            }
            makeDirectory();
            checkDirectory();
            if (!cleared.getAndSet(true)) {
                clear();
            }
            Path target = dir.resolve(DiskView.fileName(view.range()));
            Path unfinished = Files.createTempFile(dir, "", UNFINISHED, owned("rw-------"));
            try {
                fill(unfinished, view.encode());
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            flushDirectory();
            failing.set(false);
        } catch (IOException | RuntimeException e) {
            failed(view, e);
        }
    }

    /** Says so once, and at the next failure where there was no room for the line. */
    private void failed(DiskView view, Exception e) {
        if (failing.compareAndSet(false, true)) {
            failing.set(lines.log(
                    Level.WARN, "the disk view of {} is not written to {}: {}", view.range(), dir, reason(e)));
        }
    }

    private static void fill(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    /** Makes the rename last; only POSIX can open a directory for that. */
    private void flushDirectory() throws IOException {
        if (posix) {
            try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private void makeDirectory() throws IOException {
        if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(dir, owned("rwx------"));
        }
    }

    private FileAttribute<?>[] owned(String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private void checkDirectory() throws IOException {
        BasicFileAttributes found = attributes(dir);
        if (!found.isDirectory()) {
            throw new IOException(dir + " is no directory, or a link");
        }
        checkOwner(found);
    }

    private BasicFileAttributes attributes(Path path) throws IOException {
        Class<? extends BasicFileAttributes> kind = posix ? PosixFileAttributes.class : BasicFileAttributes.class;
        return Files.readAttributes(path, kind, LinkOption.NOFOLLOW_LINKS);
    }

    private void checkOwner(BasicFileAttributes found) throws IOException {
        if (found instanceof PosixFileAttributes rights) {
            if (rights.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
                throw new IOException("others may write to it");
            }
            if (!rights.owner().equals(me())) {
                throw new IOException("it belongs to " + rights.owner().getName());
            }
        }
    }

    /** Who owns what this process makes. */
    private UserPrincipal me() throws IOException {
        synchronized (lock) {
            UserPrincipal known = me == null ? user() : me;
            me = known;
            return known;
        }
    }

    /**
     * Whoever owns this process, or, where no file says who that is, what it has just made: a user may be without a name, as in containers, and
     * whoever started the JVM may have named him as he likes.
     */
    private UserPrincipal user() throws IOException {
        try {
            return Files.exists(process) ? Files.getOwner(process) : ownerOfWhatIsMade();
        } catch (IOException e) {
            throw new IOException("nobody can tell who runs this process: " + e, e);
        }
    }

    private static UserPrincipal ownerOfWhatIsMade() throws IOException {
        Path made = Files.createTempFile("rollcall", UNFINISHED);
        try {
            return Files.getOwner(made);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /** A file of another process may vanish while this looks; what stays behind is found the next time. */
    private void clear() {
        Instant before = time.now().minus(ABANDONED);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(dir, "*" + UNFINISHED)) {
            for (Path file : found) {
                clear(file, before);
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("unfinished files in {} are not cleared away", dir, e);
        }
    }

    private void clear(Path file, Instant before) throws IOException {
        try {
            if (attributes(file).lastModifiedTime().toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException finished) {
            log.trace("{} is finished", file);
        }
    }

    private static String reason(Exception e) {
        boolean saysWhat = e instanceof IllegalArgumentException
                || e.getClass() == IOException.class
                || (e instanceof FileSystemException known && known.getReason() != null);
        return saysWhat ? String.valueOf(e.getMessage()) : e.toString();
    }
}
