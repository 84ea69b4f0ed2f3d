package dev.rollcall.etcd.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory that outlive a crash only as far as they were forced: what was written since may be there in part, sector by sector,
 * or not at all; so may new, changed and deleted names. It can crash at a chosen force, fill up, and fail to force.
 */
final class ForgetfulDisk implements Disk {
    private static final int SECTOR = 512;

    private final Map<String, Content> names;
    private final Map<String, Content> forcedNames;
    private final List<NameChange> unforced = new ArrayList<>();
    private final Random random;
    private int forces;
    private int crashAt = Integer.MAX_VALUE;
    private boolean crashed;
    private long capacity = Long.MAX_VALUE;
    private int failingForces;
    private String failure = "";

    ForgetfulDisk(long seed) {
        this(new TreeMap<>(), seed);
    }

    private ForgetfulDisk(Map<String, Content> names, long seed) {
        this.names = names;
        this.forcedNames = new TreeMap<>(names);
        this.random = new Random(seed);
    }

    /** What of unforced writes outlives a crash. */
    enum Memory {
        /** None. */
        NOTHING,
        /** Any part. */
        PARTS,
        /** All, as after kill -9. */
        ALL
    }

    /** Lets the so manieth force from now on, and all after it, fail; the first is 1. Half of the time what it was to force is. */
    synchronized void crashAt(int force) {
        crashAt = forces + force;
    }

    synchronized boolean crashed() {
        return crashed;
    }

    /** How often something was forced. */
    synchronized int forces() {
        return forces;
    }

    /** Leaves room for so many more bytes. */
    synchronized void leaveRoom(long bytes) {
        capacity = names.values().stream().mapToLong(content -> content.size).sum() + bytes;
    }

    synchronized void makeRoom() {
        capacity = Long.MAX_VALUE;
    }

    /** Lets so many forces fail; what was to be forced may be on disk or not, and is never tried again. */
    synchronized void failForces(int count, String message) {
        failingForces = count;
        failure = message;
    }

    /** The disk as the next process finds it. */
    synchronized ForgetfulDisk afterCrash(Memory memory, long seed) {
        Random chance = new Random(seed);
        Map<String, Content> found = new TreeMap<>(forcedNames);
        boolean goesOn = memory != Memory.NOTHING;
        for (NameChange change : unforced) {
            boolean kept = memory == Memory.ALL || (memory == Memory.PARTS && chance.nextBoolean());
            if (change.isDeletion()) {
                if (kept) {
                    change.apply(found);
                }
            } else {
                goesOn &= kept;
                if (goesOn) {
                    change.apply(found);
                }
            }
        }
        found.replaceAll((name, content) -> content.afterCrash(memory, chance));
        return new ForgetfulDisk(found, seed);
    }

    /** A copy on which a byte of a file is another. */
    synchronized ForgetfulDisk withFlipped(String name, int offset, int bit) {
        ForgetfulDisk copy = afterCrash(Memory.ALL, 0);
        Content content = copy.content(name);
        content.current[offset] ^= (byte) (1 << bit);
        content.forced = content.current.clone();
        return copy;
    }

    /** A copy on which a file is shorter. */
    synchronized ForgetfulDisk withCut(String name, int size) {
        ForgetfulDisk copy = afterCrash(Memory.ALL, 0);
        copy.content(name).cut(size);
        return copy;
    }

    synchronized byte[] bytes(String name) {
        Content content = content(name);
        return Arrays.copyOf(content.current, content.size);
    }

    @Override
    public synchronized Set<String> names() throws IOException {
        alive();
        return Set.copyOf(names.keySet());
    }

    @Override
    public synchronized DiskFile create(String name) throws IOException {
        alive();
        change(new NameChange(null, name, new Content()));
        return new OpenFile(content(name));
    }

    @Override
    public synchronized DiskFile open(String name) throws IOException {
        alive();
        return new OpenFile(content(name));
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        alive();
        change(new NameChange(from, to, content(from)));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        alive();
        change(new NameChange(name, null, content(name)));
    }

    @Override
    public synchronized void forceNames() throws IOException {
        boolean done = boundary();
        if (done) {
            forcedNames.clear();
            forcedNames.putAll(names);
            unforced.clear();
        }
        alive();
    }

    @Override
    public String describe(String name) {
        return "memory/" + name;
    }

    @Override
    public void close() {
        // There is nothing to release.
    }

    private void change(NameChange change) {
        change.apply(names);
        unforced.add(change);
    }

    private Content content(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException("there is no " + name + " in " + names.keySet());
        }
        return content;
    }

    private void alive() throws IOException {
        if (crashed) {
            throw new IOException("the machine is off");
        }
    }

    /** Counts a force, and says whether it takes place. */
    private boolean boundary() throws IOException {
        alive();
        forces++;
        if (forces < crashAt) {
            return true;
        }
        crashed = true;
        return random.nextBoolean();
    }

    /** A file of another name, or, with {@code to} null, of none. */
    private record NameChange(
            @Nullable String from, @Nullable String to, Content content) {

        boolean isDeletion() {
            return to == null;
        }

        void apply(Map<String, Content> names) {
            if (from != null) {
                names.remove(from);
            }
            if (to != null) {
                names.put(to, content);
            }
        }
    }

    private static final class Content {
        private byte[] current = new byte[0];
        private int size;
        private byte[] forced = new byte[0];
        private int forcedSize;
        private final BitSet dirty = new BitSet();

        void write(int position, ByteBuffer from, int length) {
            int end = position + length;
            if (current.length < end) {
                current = Arrays.copyOf(current, Math.max(end, current.length * 2));
            }
            from.get(current, position, length);
            size = Math.max(size, end);
            dirty.set(position / SECTOR, (end + SECTOR - 1) / SECTOR);
        }

        void force() {
            dirty.stream().forEach(this::forceSector);
            forcedSize = size;
            dirty.clear();
        }

        void failToForce(Random chance) {
            dirty.stream().filter(sector -> chance.nextBoolean()).forEach(this::forceSector);
            forcedSize = chance.nextBoolean() ? size : forcedSize;
            dirty.clear();
        }

        void cut(int to) {
            Arrays.fill(current, Math.min(to, current.length), current.length, (byte) 0);
            Arrays.fill(forced, Math.min(to, forced.length), forced.length, (byte) 0);
            size = Math.min(size, to);
            forcedSize = Math.min(forcedSize, to);
        }

        Content afterCrash(Memory memory, Random chance) {
            Content found = new Content();
            found.forced = Arrays.copyOf(forced, current.length);
            found.forcedSize = forcedSize;
            found.current = Arrays.copyOf(current, current.length);
            found.size = size;
            found.dirty.or(dirty);
            if (memory == Memory.ALL) {
                found.forced = current.clone();
                found.forcedSize = size;
            } else if (memory == Memory.PARTS) {
                found.failToForce(chance);
            }
            found.size = found.forcedSize;
            found.current = Arrays.copyOf(found.forced, Math.max(found.size, found.forced.length));
            Arrays.fill(found.current, found.size, found.current.length, (byte) 0);
            found.dirty.clear();
            return found;
        }

        private void forceSector(int sector) {
            if (forced.length < current.length) {
                forced = Arrays.copyOf(forced, current.length);
            }
            int from = sector * SECTOR;
            int to = Math.min(from + SECTOR, current.length);
            System.arraycopy(current, from, forced, from, to - from);
        }
    }

    private final class OpenFile implements DiskFile {
        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            synchronized (ForgetfulDisk.this) {
                return content.size;
            }
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            synchronized (ForgetfulDisk.this) {
                alive();
                int length = (int) Math.min(into.remaining(), content.size - position);
                if (length > 0) {
                    into.put(content.current, (int) position, length);
                }
            }
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            synchronized (ForgetfulDisk.this) {
                alive();
                long used = names.values().stream().mapToLong(each -> each.size).sum() - content.size;
                long end = Math.max(content.size, position + from.remaining());
                if (used + end <= capacity) {
                    content.write((int) position, from, from.remaining());
                } else {
                    int fits = (int) Math.max(0, Math.min(from.remaining(), capacity - used - position));
                    content.write((int) position, from, fits);
                    throw new IOException("No space left on device");
                }
            }
        }

        @Override
        public void cut(long size) throws IOException {
            synchronized (ForgetfulDisk.this) {
                if (boundary()) {
                    content.cut((int) size);
                }
                alive();
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (ForgetfulDisk.this) {
                boolean done = boundary();
                if (failingForces > 0 && !crashed) {
                    failingForces--;
                    content.failToForce(random);
                    throw new IOException(failure);
                }
                if (done) {
                    content.force();
                }
                alive();
            }
        }

        @Override
        public void close() {
            // There is nothing to release.
        }
    }
}
