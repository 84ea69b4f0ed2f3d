package dev.rollcall.etcd.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of the file system, locked against other processes while it is open. */
final class DirectoryDisk implements Disk {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryDisk.class);

    private static final String LOCK = "lock";

    /** Where a real etcd has its data. */
    private static final String MEMBER = "member";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final FileChannel lock;
    private final FileAttribute<?>[] created;

    private DirectoryDisk(Path directory, FileChannel lock, FileAttribute<?>[] created) {
        this.directory = directory;
        this.lock = lock;
        this.created = created;
    }

    /**
     * Opens a directory, and creates it where there is none. Its files are their owner's alone, whoever may look into the directory, for
     * they hold hashes of passwords.
     *
     * @throws IOException when another server holds it, it is a real etcd's, its files cannot be kept from others, or it cannot be used
     */
    static DirectoryDisk open(Path directory) throws IOException {
        boolean isNew = !Files.exists(directory);
        create(directory.toAbsolutePath());
        boolean rights = Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class);
        if (isNew && rights) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        if (Files.isDirectory(directory.resolve(MEMBER))) {
            throw new IOException("the data directory " + directory
                    + " holds the data of a real etcd, which this server cannot read: choose another directory");
        }
        FileAttribute<?>[] created = rights
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        FileChannel channel = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                created);
        DirectoryDisk disk = new DirectoryDisk(directory, channel, created);
        try {
            if (tryLock(channel) == null) {
                throw new IOException("the data directory " + directory
                        + " is in use by another server: stop that one, or choose another directory");
            }
            if (rights) {
                disk.takeFromOthers();
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return disk;
    }

    /** Files of earlier versions, and copies that were brought back, may be open to others. */
    private void takeFromOthers() throws IOException {
        for (String name : names()) {
            Path file = directory.resolve(name);
            boolean ours = Stream.of(CommandLog.PREFIX, Images.PREFIX)
                    .anyMatch(prefix -> Numbered.is(name, prefix) || Numbered.isUnfinished(name, prefix));
            if (!ours || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                continue;
            }
            try {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            } catch (IOException e) {
                throw new IOException(
                        file + " holds hashes of passwords, others may read or write it, and this user cannot change"
                                + " that (" + e + "): give the file to the user of the server, with the rights 600",
                        e);
            }
            LOG.warn("{} was open to other users of this machine, and is its owner's alone now", file);
        }
    }

    /** A new directory outlives a crash only with its name in the one above. */
    private static void create(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (!Files.exists(directory) && parent != null) {
            create(parent);
            Files.createDirectories(directory);
            forceNames(parent);
        }
    }

    /** The lock goes with the channel. */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .collect(Collectors.toSet());
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new ChannelFile(FileChannel.open(
                directory.resolve(name),
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                created));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new ChannelFile(
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void forceNames() throws IOException {
        forceNames(directory);
    }

    /** Where directories cannot be opened (Windows), the file system keeps names by itself. */
    private static void forceNames(Path directory) throws IOException {
        FileChannel names;
        try {
            names = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            if (System.getProperty("os.name").startsWith("Windows")) {
                return;
            }
            throw e;
        }
        try (names) {
            names.force(true);
        }
    }

    @Override
    public String describe(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private record ChannelFile(FileChannel channel) implements DiskFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            long at = position;
            while (into.hasRemaining()) {
                int count = channel.read(into, at);
                if (count < 0) {
                    return;
                }
                at += count;
            }
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void cut(long size) throws IOException {
            channel.truncate(size);
            channel.force(true);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
