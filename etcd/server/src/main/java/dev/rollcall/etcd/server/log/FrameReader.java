package dev.rollcall.etcd.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one file, one after the other. */
final class FrameReader {
    private static final int WINDOW = 1 << 20;

    private final DiskFile file;
    private final int mark;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;
    private long position = FileHead.SIZE;

    FrameReader(DiskFile file, int mark) throws IOException {
        this.file = file;
        this.mark = mark;
        this.size = file.size();
    }

    /** Where the next frame should begin. */
    long position() {
        return position;
    }

    /** The next frame, or null when none is here as it was written. */
    @Nullable Frame next() throws IOException {
        long length = lengthAt(position);
        if (length == 0) {
            return null;
        }
        int at = seek(position, length);
        Frame frame = Frame.decode(window, at);
        if (frame != null) {
            position += length;
        }
        return frame;
    }

    /**
     * Where, behind the position, a frame of a record after {@code sequence} begins, or -1. Frames are written one after the other, each
     * forced before the next: so the one at the position was forced once, too.
     */
    long laterFrame(long sequence) throws IOException {
        for (long at = position + Frame.ALIGNMENT; at < size; at += Frame.ALIGNMENT) {
            if (lengthAt(at) != 0 && Frame.sequenceAt(window, (int) (at - windowStart)) > sequence) {
                return at;
            }
        }
        return -1;
    }

    /** Whether nothing but the zeros of a prepared file follow. */
    boolean atZeros() throws IOException {
        for (long at = position; at < size; at++) {
            int index = seek(at, 1);
            if (window.get(index) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The length of the frame that begins at a position, if it ends within the file; otherwise 0. */
    private long lengthAt(long at) throws IOException {
        if (size - at < Frame.HEADER) {
            return 0;
        }
        int index = seek(at, Frame.HEADER);
        long length = Frame.lengthAt(window, index, mark);
        return length <= size - at ? length : 0;
    }

    /** Brings a part of the file into the window, which may become another one, and returns where in it that begins. */
    private int seek(long from, long length) throws IOException {
        if (from < windowStart || from + length > windowStart + window.limit()) {
            int wanted = Math.toIntExact(Math.min(size - from, Math.max(WINDOW, length)));
            window = window.capacity() >= wanted ? window.clear().limit(wanted) : ByteBuffer.allocate(wanted);
            file.read(from, window);
            window.flip();
            windowStart = from;
            if (window.limit() < length) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return (int) (from - windowStart);
    }
}
