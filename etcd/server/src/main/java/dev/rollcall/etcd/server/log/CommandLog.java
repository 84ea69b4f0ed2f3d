package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Identity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All records since some image, numbered from 1, in files named by their first record. Belongs to one thread, but for {@link
 * #forget}.
 */
final class CommandLog implements Closeable {
    static final String PREFIX = "log-";

    private static final Logger LOG = LoggerFactory.getLogger(CommandLog.class);

    private final Disk disk;
    private final Identity identity;
    private final Sizes sizes;
    private final int mark;
    private DiskFile file;
    private long position;
    private long prepared;
    private long next;

    /** No more is written to the file. */
    private boolean full;

    private CommandLog(
            Disk disk, Identity identity, Sizes sizes, DiskFile file, long position, long prepared, long next) {
        this.disk = disk;
        this.identity = identity;
        this.sizes = sizes;
        this.mark = FileHead.mark(identity);
        this.file = file;
        this.position = position;
        this.prepared = prepared;
        this.next = next;
    }

    /** Is told of every frame at the start. */
    interface Replay {
        void accept(Frame frame, String file, long offset) throws IOException;
    }

    /** Begins a log. */
    static CommandLog create(Disk disk, Identity identity, Sizes sizes) throws IOException {
        return new CommandLog(disk, identity, sizes, newFile(disk, identity, 1), FileHead.SIZE, FileHead.SIZE, 1);
    }

    /** Whose log it is, as its first file says. */
    static Identity identity(Disk disk) throws IOException {
        String name = names(disk).get(0);
        try (DiskFile file = disk.open(name)) {
            return FileHead.read(file, FileHead.Kind.LOG, disk.describe(name)).identity();
        }
    }

    /**
     * Opens the log in a directory, and cuts off what a crash left half written at its end.
     *
     * @param after the records up to this one may be missing
     * @param replay is told of every frame, in order
     * @throws DamagedStore when a record is missing or not what was written, and it was not the last
     */
    static CommandLog open(Disk disk, Identity identity, Sizes sizes, long after, Replay replay) throws IOException {
        List<String> names = names(disk);
        if (names.isEmpty()) {
            throw new DamagedStore(disk.describe(PREFIX + "*"), 0, "there is no log");
        }
        // A crash may undo some of the deletions behind an image, in any order.
        while (names.size() > 1 && Numbered.number(names.get(1), PREFIX) <= after + 1) {
            names.remove(0);
        }
        long expected = Math.min(Numbered.number(names.get(0), PREFIX), after + 1);
        for (int i = 0; i + 1 < names.size(); i++) {
            String name = names.get(i);
            try (DiskFile file = disk.open(name)) {
                End end = read(disk, name, file, identity, expected, replay);
                long following = Numbered.number(names.get(i + 1), PREFIX);
                if (end.expected != following) {
                    throw new DamagedStore(
                            disk.describe(name),
                            end.position,
                            "record " + end.expected
                                    + " is not what was written or missing, and the next file begins with" + " record "
                                    + following);
                }
                expected = end.expected;
            }
        }
        String name = names.get(names.size() - 1);
        DiskFile file = disk.open(name);
        try {
            End end = read(disk, name, file, identity, expected, replay);
            if (end.expected <= after) {
                throw new DamagedStore(
                        disk.describe(name),
                        end.position,
                        "it ends before record " + end.expected + ", and the image goes to record " + after);
            }
            CommandLog log = new CommandLog(
                    disk, identity, sizes, file, end.position, cutTornTail(disk, name, file, end), end.expected);
            // What is written now must not stand where a version may look that does not know it.
            log.full = end.format != FileHead.FORMAT;
            return log;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The number that the next record gets. */
    long next() {
        return next;
    }

    /**
     * Writes records as one frame and returns when they are on disk.
     *
     * @param applied the last record that was applied so far
     * @param revision the store's revision after that
     * @return how many bytes the log grew
     * @throws IOException when they may not be there, or not all; {@link #cutBack} then, before anything else
     */
    long append(List<byte[]> records, long applied, long revision) throws IOException {
        if (full || position >= sizes.file()) {
            DiskFile begun = newFile(disk, identity, next);
            file.close();
            file = begun;
            position = FileHead.SIZE;
            prepared = FileHead.SIZE;
            full = false;
        }
        ByteBuffer bytes = new Frame(next, applied, revision, records).encode(mark);
        int length = bytes.remaining();
        prepare(position + length);
        file.write(position, bytes);
        file.force();
        position += length;
        next += records.size();
        return length;
    }

    /** Takes back what a failed {@link #append} may have written, so that it is not found at the next start either. */
    void cutBack() throws IOException {
        prepared = position;
        file.cut(position);
    }

    /** Deletes the files that hold only records up to a number; by any thread. */
    static void forget(Disk disk, long upTo) throws IOException {
        List<String> names = names(disk);
        for (int i = 0; i + 1 < names.size(); i++) {
            if (Numbered.number(names.get(i + 1), PREFIX) <= upTo + 1) {
                disk.delete(names.get(i));
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void prepare(long end) throws IOException {
        if (end > prepared) {
            int length = Math.toIntExact(end - prepared + sizes.prepared());
            file.write(prepared, ByteBuffer.allocate(length));
            prepared += length;
        }
    }

    private static List<String> names(Disk disk) throws IOException {
        Set<String> names = disk.names();
        return names.stream()
                .filter(name -> Numbered.is(name, PREFIX))
                .sorted()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Has its name only once its head is on disk, so a head that cannot be read is always damage. */
    private static DiskFile newFile(Disk disk, Identity identity, long first) throws IOException {
        String name = Numbered.name(PREFIX, first);
        String unfinished = name + Numbered.UNFINISHED;
        DiskFile file = disk.create(unfinished);
        try {
            file.write(0, FileHead.of(FileHead.Kind.LOG, first, identity).encode());
            file.force();
            disk.rename(unfinished, name);
            disk.forceNames();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static End read(Disk disk, String name, DiskFile file, Identity identity, long expected, Replay replay)
            throws IOException {
        String path = disk.describe(name);
        FileHead head = FileHead.read(file, FileHead.Kind.LOG, path);
        if (!head.identity().equals(identity)) {
            throw new DamagedStore(path, 0, "it belongs to another store");
        }
        if (head.sequence() != expected) {
            throw new DamagedStore(
                    path,
                    0,
                    "it begins with record " + head.sequence() + " where record " + expected
                            + " was to come, so a file before it is missing or cut short");
        }
        FrameReader reader = new FrameReader(file, FileHead.mark(identity));
        long next = expected;
        while (true) {
            long offset = reader.position();
            Frame frame = reader.next();
            if (frame == null) {
                break;
            }
            if (frame.sequence() != next) {
                throw new DamagedStore(
                        path, offset, "record " + frame.sequence() + " stands in place of record " + next);
            }
            replay.accept(frame, path, offset);
            next = frame.next();
        }
        long later = reader.laterFrame(next);
        if (later >= 0) {
            throw new DamagedStore(
                    path,
                    reader.position(),
                    "record " + next + " is not what was written, and more follows at byte " + later);
        }
        return new End(head.format(), reader.position(), next, reader.atZeros());
    }

    private static long cutTornTail(Disk disk, String name, DiskFile file, End end) throws IOException {
        if (end.clean) {
            return file.size();
        }
        LOG.warn(
                "{} ends at byte {} with a record that was not written to its end, as after a crash; it is cut off there",
                disk.describe(name),
                end.position);
        file.cut(end.position);
        return end.position;
    }

    /** Where the frames of a file end: the place, the record that would be next, and whether nothing else follows. */
    private record End(int format, long position, long expected, boolean clean) {}
}
