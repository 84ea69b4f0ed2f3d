package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.auth.Role;
import dev.rollcall.etcd.server.auth.User;
import dev.rollcall.etcd.server.log.FileHead.Kind;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.MachineImage;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files that hold a whole machine, as of some record of the log. One is written beside the running server, gets its name when it is
 * whole and on disk, and then takes the place of those before it and of the log up to its record.
 */
final class Images {
    static final String PREFIX = "image-";

    private static final int STATE = 1;
    private static final int LEASE = 2;
    /** As it was written before the place within a revision was. */
    private static final int VERSION = 3;

    private static final int COMMIT = 4;
    private static final int END = 5;
    private static final int PLACED_VERSION = 6;
    private static final int ALARM = 7;
    private static final int AUTH = 20;
    private static final int USER = 21;
    private static final int ROLE = 22;

    private static final int FRAME_BYTES = 256 << 10;

    private Images() {}

    /**
     * Writes an image.
     *
     * @param image the machine after the record {@code sequence}
     * @param store the machine's store, which may be written meanwhile
     * @param abandoned asked now and then
     * @return how long the file is; 0 if it was abandoned, or the store was compacted meanwhile
     */
    static long write(
            Disk disk, Identity identity, long sequence, MachineImage image, Store store, BooleanSupplier abandoned)
            throws IOException {
        String name = Numbered.name(PREFIX, sequence);
        String unfinished = name + Numbered.UNFINISHED;
        boolean finished = false;
        try (DiskFile file = disk.create(unfinished)) {
            Writer writer = new Writer(file, FileHead.of(Kind.IMAGE, sequence, identity), abandoned);
            finished = writer.write(image, store);
            if (finished) {
                file.force();
                disk.rename(unfinished, name);
                disk.forceNames();
                return writer.position;
            }
            return 0;
        } finally {
            if (!finished) {
                disk.delete(unfinished);
            }
        }
    }

    /** Reads the newest image; null where there is none. */
    static @Nullable Found readNewest(Disk disk, long now) throws IOException {
        String newest = disk.names().stream()
                .filter(name -> Numbered.is(name, PREFIX))
                .max(String::compareTo)
                .orElse(null);
        if (newest == null) {
            return null;
        }
        String path = disk.describe(newest);
        try (DiskFile file = disk.open(newest)) {
            FileHead head = FileHead.read(file, Kind.IMAGE, path);
            if (!Numbered.name(PREFIX, head.sequence()).equals(newest)) {
                throw new DamagedStore(path, 0, "its name does not fit what it holds, record " + head.sequence());
            }
            Content content = new Content();
            FrameReader reader = new FrameReader(file, FileHead.mark(head.identity()));
            while (!content.whole) {
                Frame frame = reader.next();
                if (frame == null || frame.sequence() != content.next) {
                    throw new DamagedStore(path, reader.position(), "what follows is not what was written");
                }
                frame.records().forEach(content::accept);
                content.next = frame.next();
            }
            return new Found(head.sequence(), head.identity(), content.machine(now), file.size());
        } catch (RuntimeException e) {
            throw new DamagedStore(path, 0, "its parts do not fit together, or a newer version wrote it (" + e + ")");
        }
    }

    /** Deletes the images before a record. */
    static void forget(Disk disk, long sequence) throws IOException {
        for (String name : disk.names()) {
            if (Numbered.is(name, PREFIX) && Numbered.number(name, PREFIX) < sequence) {
                disk.delete(name);
            }
        }
    }

    /** What was read: the machine after a record, and how long the file is. */
    record Found(long sequence, Identity identity, Machine machine, long size) {}

    private static final class Writer {
        private final DiskFile file;
        private final int mark;
        private final BooleanSupplier abandoned;
        private final List<byte[]> waiting = new ArrayList<>();
        private int waitingBytes;
        private long next = 1;
        private long position = FileHead.SIZE;

        Writer(DiskFile file, FileHead head, BooleanSupplier abandoned) throws IOException {
            this.file = file;
            this.mark = FileHead.mark(head.identity());
            this.abandoned = abandoned;
            file.write(0, head.encode());
        }

        boolean write(MachineImage image, Store store) throws IOException {
            put(new Encoder()
                    .tag(STATE)
                    .number(image.term())
                    .number(image.index())
                    .number(image.revision())
                    .number(image.compacted()));
            for (Map.Entry<Long, Long> lease : image.leases().entrySet()) {
                put(new Encoder().tag(LEASE).number(lease.getKey()).number(lease.getValue()));
            }
            writeAuth(image.auth());
            for (Alarm alarm : image.alarms()) {
                Encoder out = new Encoder().tag(ALARM);
                CommandFormat.alarm(alarm, out);
                put(out);
            }
            List<KeyValue> older = new ArrayList<>();
            store.forEachOlder(older::add);
            if (store.compacted() != image.compacted()) {
                return false;
            }
            for (KeyValue version : older) {
                put(new Encoder().tag(PLACED_VERSION).number(version.place()).version(version));
            }
            for (Commit commit : image.commits()) {
                Encoder out = new Encoder().tag(COMMIT).number(commit.revision());
                out.number(commit.changes().size());
                commit.changes().forEach(out::version);
                put(out);
            }
            put(new Encoder().tag(END));
            flush();
            return !abandoned.getAsBoolean();
        }

        private void writeAuth(AuthState auth) throws IOException {
            put(new Encoder().tag(AUTH).tag(auth.enabled() ? 1 : 0).number(auth.revision()));
            for (User user : auth.users()) {
                Encoder out = new Encoder().tag(USER);
                AuthFormat.user(user, out);
                put(out);
            }
            for (Role role : auth.roles()) {
                Encoder out = new Encoder().tag(ROLE);
                AuthFormat.role(role, out);
                put(out);
            }
        }

        private void put(Encoder record) throws IOException {
            byte[] bytes = record.toBytes();
            waiting.add(bytes);
            waitingBytes += bytes.length;
            if (waitingBytes >= FRAME_BYTES && !abandoned.getAsBoolean()) {
                flush();
            }
        }

        private void flush() throws IOException {
            ByteBuffer frame = new Frame(next, 0, 0, waiting).encode(mark);
            int length = frame.remaining();
            file.write(position, frame);
            position += length;
            next += waiting.size();
            waiting.clear();
            waitingBytes = 0;
        }
    }

    private static final class Content {
        private final Map<Long, Long> leases = new HashMap<>();
        private final Set<Alarm> alarms = new HashSet<>();
        private final List<KeyValue> older = new ArrayList<>();
        private final Map<Long, Integer> placed = new HashMap<>();
        private final List<Commit> commits = new ArrayList<>();
        private final List<User> users = new ArrayList<>();
        private final List<Role> roles = new ArrayList<>();
        private boolean authEnabled;
        private long authRevision = 1;
        private long term;
        private long index;
        private long revision;
        private long compacted;
        private long next = 1;
        private boolean whole;

        void accept(byte[] record) {
            Decoder in = new Decoder(record);
            int tag = in.tag();
            switch (tag) {
                case STATE -> {
                    term = in.number();
                    index = in.number();
                    revision = in.number();
                    compacted = in.number();
                }
                case LEASE -> leases.put(in.number(), in.number());
                case VERSION -> older.add(placed(in.version()));
                case PLACED_VERSION -> {
                    int place = in.count();
                    older.add(in.version().at(place));
                }
                case ALARM -> alarms.add(CommandFormat.alarm(in));
                case COMMIT -> commits.add(commit(in));
                case AUTH -> {
                    authEnabled = enabled(in.tag());
                    authRevision = in.number();
                }
                case USER -> users.add(AuthFormat.user(in));
                case ROLE -> roles.add(AuthFormat.role(in));
                case END -> whole = true;
                default -> throw new IllegalArgumentException("there is no part " + tag);
            }
        }

        Machine machine(long now) {
            AuthState auth = AuthState.of(authEnabled, authRevision, users, roles);
            return Machine.restored(
                    new MachineImage(term, index, revision, compacted, commits, leases, auth, alarms), older, now);
        }

        /** Its place was not written, but no two versions of a revision have the same. */
        private KeyValue placed(KeyValue version) {
            return version.at(placed.merge(version.modRevision(), 1, Integer::sum) - 1);
        }

        /** A state that is not known must not let everybody in. */
        private static boolean enabled(int tag) {
            return switch (tag) {
                case 0 -> false;
                case 1 -> true;
                default -> throw new IllegalArgumentException("there is no state of authentication " + tag);
            };
        }

        private static Commit commit(Decoder in) {
            long revision = in.number();
            int count = in.count();
            List<KeyValue> changes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                changes.add(in.version().at(i));
            }
            return new Commit(revision, changes);
        }
    }
}
