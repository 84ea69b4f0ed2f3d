package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** One direction of a proxied connection: what was read and is not yet written, and what the fault makes of it. */
final class OneWay {

    /** What {@link #write} says when there is nothing to wait for. */
    static final long NOTHING = Long.MAX_VALUE;

    private static final int CAPACITY = 1 << 20;

    private record Piece(ByteBuffer bytes, long due) {}

    private final ProxyCounts counts;
    private final AtomicLong passed;
    private final Pace pace;
    private final long number;
    private final Queue<Piece> queue = new ArrayDeque<>();
    private int queued;

    private Fault fault = Fault.pass();
    private long untilFault;
    private SplittableRandom random = new SplittableRandom(0);
    private long lastDue;
    private boolean slowed;
    private boolean stallSeen;

    private boolean endRead;
    private boolean endSent;
    private boolean broken;
    private boolean full;

    OneWay(ProxyCounts counts, AtomicLong passed, Pace pace, long number, long now) {
        this.counts = counts;
        this.passed = passed;
        this.pace = pace;
        this.number = number;
        this.lastDue = now;
    }

    /** Changes the fault; false if bytes were lost, so that the connection cannot go on under this one. */
    boolean set(Fault next, long now) {
        fault = next;
        untilFault = next.after;
        random = new SplittableRandom(next.seed + number);
        if (next.kind == Fault.Kind.FLIP && next.amount > 0) {
            untilFault += distance();
        }
        pace.leave(this);
        slowed = false;
        stallSeen = false;
        if (next.kind != Fault.Kind.DELAY) {
            lastDue = now;
            dueNow(now);
        }
        return !broken || swallows();
    }

    /** What is under way is no longer held back. */
    private void dueNow(long now) {
        for (int left = queue.size(); left > 0; left--) {
            queue.add(new Piece(queue.remove().bytes, now));
        }
    }

    /** Whether this fault is one that ends connections, and its time has come. */
    boolean endsNow() {
        return active(Fault.Kind.RESET)
                || ((active(Fault.Kind.CUT) || active(Fault.Kind.HALF_CLOSE)) && queue.isEmpty() && !endSent);
    }

    Fault.Kind kind() {
        return fault.kind;
    }

    /** Whether the receiver learns nothing of the sender now, not even that it is gone. */
    boolean swallows() {
        return active(Fault.Kind.BLACK_HOLE) || active(Fault.Kind.STALL);
    }

    private boolean active(Fault.Kind kind) {
        return fault.kind == kind && untilFault == 0;
    }

    boolean wantsToRead() {
        return !endRead && (room() > 0 || (active(Fault.Kind.STALL) && !stallSeen));
    }

    boolean wantsToWrite() {
        return full;
    }

    /** Nothing more can come and nothing more can go. */
    boolean over() {
        return endRead && (endSent || swallows());
    }

    private long room() {
        if (endSent || active(Fault.Kind.BLACK_HOLE)) {
            return CAPACITY;
        }
        long free = (long) CAPACITY - queued;
        if (untilFault > 0) {
            return Math.min(untilFault, free);
        }
        return switch (fault.kind) {
            case STALL, HALF_CLOSE, CUT, RESET -> 0;
            case FLIP -> Math.min(1, free);
            default -> free;
        };
    }

    /** Reads what there is and may be read, by way of {@code buffer}. */
    void read(SocketChannel from, ByteBuffer buffer, long now) throws IOException {
        long room = room();
        if (room == 0) {
            if (active(Fault.Kind.STALL) && !stallSeen) {
                stallSeen = true;
                counts.acted(Fault.Kind.STALL);
            }
            return;
        }
        buffer.clear().limit((int) Math.min(room, buffer.capacity()));
        int count = from.read(buffer);
        if (count < 0) {
            endRead = true;
        } else if (count > 0) {
            take(buffer.flip(), now);
        }
    }

    private void take(ByteBuffer bytes, long now) {
        if (active(Fault.Kind.BLACK_HOLE)) {
            broken = true;
            counts.acted(Fault.Kind.BLACK_HOLE);
            return;
        }
        if (endSent) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        long due = now;
        if (untilFault > 0) {
            untilFault -= copy.remaining();
        } else if (fault.kind == Fault.Kind.FLIP) {
            flip(copy);
        } else if (fault.kind == Fault.Kind.DELAY) {
            due = now + fault.amount + (fault.jitter == 0 ? 0 : random.nextLong(-fault.jitter, fault.jitter + 1));
            counts.acted(Fault.Kind.DELAY);
        }
        lastDue = due - lastDue > 0 ? due : lastDue;
        queue.add(new Piece(copy, lastDue));
        queued += copy.remaining();
    }

    private void flip(ByteBuffer single) {
        int mask = fault.amount == 0 ? 1 : random.nextInt(1, 256);
        single.put(0, (byte) (single.get(0) ^ mask));
        counts.acted(Fault.Kind.FLIP);
        if (fault.amount == 0) {
            fault = Fault.pass();
        } else {
            untilFault = distance();
        }
    }

    private long distance() {
        return random.nextLong(2 * fault.amount - 1);
    }

    /**
     * Writes what is due.
     *
     * @return after how many nanoseconds there is more to write, or {@link #NOTHING}
     */
    long write(SocketChannel to, long now) throws IOException {
        full = false;
        while (!queue.isEmpty()) {
            Piece piece = queue.element();
            long wait = Math.max(piece.due - now, pause(now));
            if (wait > 0) {
                return wait;
            }
            int size = piece.bytes.remaining();
            int allowed = active(Fault.Kind.LIMIT) ? Math.min(size, Pace.piece(fault.amount)) : size;
            int written = to.write(piece.bytes.slice(piece.bytes.position(), allowed));
            piece.bytes.position(piece.bytes.position() + written);
            sent(written, now);
            if (!piece.bytes.hasRemaining()) {
                queue.remove();
            }
            if (written < allowed) {
                full = true;
                pace.leave(this);
                return NOTHING;
            }
        }
        if (endRead && !endSent && !swallows()) {
            end(to);
        }
        return NOTHING;
    }

    private void sent(int bytes, long now) {
        queued -= bytes;
        passed.addAndGet(bytes);
        slowed = false;
        if (active(Fault.Kind.LIMIT)) {
            pace.sent(this, bytes, fault.amount, now);
        }
    }

    /** How long the limit makes the next piece wait. */
    private long pause(long now) {
        long wait = active(Fault.Kind.LIMIT) ? pace.pause(this, now) : 0;
        if (wait > 0 && !slowed) {
            slowed = true;
            counts.acted(Fault.Kind.LIMIT);
        }
        return wait;
    }

    /** Says the end of the stream to the receiver; what has not been sent is dropped. */
    void end(SocketChannel to) throws IOException {
        receiverLost();
        to.shutdownOutput();
    }

    /** The receiver is gone: nothing more is sent. */
    void receiverLost() {
        endSent = true;
        full = false;
        queue.clear();
        queued = 0;
        pace.leave(this);
    }

    /** The sender is gone without a word, and nobody was told. */
    void senderLost() {
        endRead = true;
        broken = true;
    }
}
