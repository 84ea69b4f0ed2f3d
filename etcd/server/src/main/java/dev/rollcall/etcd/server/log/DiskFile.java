package dev.rollcall.etcd.server.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. What is written outlives a crash only once {@link #force} returned; until then any part of it may. */
interface DiskFile extends Closeable {

    long size() throws IOException;

    /** Fills the buffer from a position on, as far as the file goes. */
    void read(long position, ByteBuffer into) throws IOException;

    /** Writes the whole buffer. When it throws, any part may have been written. */
    void write(long position, ByteBuffer from) throws IOException;

    /** Cuts the file off. When it returns, that is forced, too. */
    void cut(long size) throws IOException;

    void force() throws IOException;
}
