package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The directory in which a server keeps its data, from its opening, when the machine is made from it, to its closing. One server at a
 * time has it. Not safe for use by several threads.
 */
public final class DataDirectory implements Closeable {
    private final Disk disk;
    private final Identity identity;
    private final Sizes sizes;
    private final Machine machine;
    private final CommandLog log;
    private final long imageBytes;
    private final long logBytes;

    private DataDirectory(
            Disk disk,
            Identity identity,
            Sizes sizes,
            Machine machine,
            CommandLog log,
            long imageBytes,
            long logBytes) {
        this.disk = disk;
        this.identity = identity;
        this.sizes = sizes;
        this.machine = machine;
        this.log = log;
        this.imageBytes = imageBytes;
        this.logBytes = logBytes;
    }

    /**
     * Opens a directory, or begins a store in an empty or missing one.
     *
     * @param fresh draws the identity of a new store
     * @param now the instant from which on leases live their time anew
     * @throws IOException when it is in use, damaged, of another format, or cannot be read or written; the message says what to do
     */
    public static DataDirectory open(Path directory, Supplier<Identity> fresh, long now) throws IOException {
        return open(DirectoryDisk.open(directory), Sizes.DEFAULT, fresh, now);
    }

    static DataDirectory open(Disk disk, Sizes sizes, Supplier<Identity> fresh, long now) throws IOException {
        try {
            return recover(disk, sizes, fresh, now);
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    /**
     * Deletes all that a server kept in a directory.
     *
     * @throws IOException when it is in use, or cannot be written
     */
    public static void wipe(Path directory) throws IOException {
        try (Disk disk = DirectoryDisk.open(directory)) {
            wipe(disk);
        }
    }

    /** The images go first: a log without its image is refused, never taken for less than it was. */
    static void wipe(Disk disk) throws IOException {
        for (String prefix : List.of(Images.PREFIX, CommandLog.PREFIX)) {
            for (String name : disk.names().stream()
                    .filter(name -> Numbered.is(name, prefix) || Numbered.isUnfinished(name, prefix))
                    .sorted()
                    .toList()) {
                disk.delete(name);
            }
        }
        disk.forceNames();
    }

    /** Who the store is. */
    public Identity identity() {
        return identity;
    }

    /** The machine, as the log left it, in a new term. */
    public Machine machine() {
        return machine;
    }

    /** The writer of the log. */
    public LogWriter writer(LogWriter.Threads threads) {
        return new LogWriter(disk, identity, sizes, log, machine, threads, imageBytes, logBytes);
    }

    /** Lets another server have it. */
    @Override
    public void close() throws IOException {
        try (disk) {
            log.close();
        }
    }

    private static DataDirectory recover(Disk disk, Sizes sizes, Supplier<Identity> fresh, long now)
            throws IOException {
        for (String name : disk.names()) {
            if (Numbered.isUnfinished(name, CommandLog.PREFIX) || Numbered.isUnfinished(name, Images.PREFIX)) {
                disk.delete(name);
            }
        }
        Images.Found image = Images.readNewest(disk, now);
        if (image == null && disk.names().stream().noneMatch(name -> Numbered.is(name, CommandLog.PREFIX))) {
            Identity identity = fresh.get();
            CommandLog log = CommandLog.create(disk, identity, sizes);
            return new DataDirectory(disk, identity, sizes, new Machine(), log, 0, 0);
        }
        Machine machine = image == null ? new Machine() : image.machine();
        Identity identity = image == null ? CommandLog.identity(disk) : image.identity();
        long after = image == null ? 0 : image.sequence();
        Recovery recovery = new Recovery(machine, after, now);
        CommandLog log = CommandLog.open(disk, identity, sizes, after, recovery);
        try {
            Images.forget(disk, after);
            CommandLog.forget(disk, after);
            Command restart = new Command.Restart();
            log.append(
                    List.of(CommandFormat.encode(restart)),
                    log.next() - 1,
                    machine.store().revision());
            var unused = machine.apply(restart, now);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        long imageBytes = image == null ? 0 : image.size();
        return new DataDirectory(disk, identity, sizes, machine, log, imageBytes, recovery.bytes());
    }
}
