package dev.rollcall.etcd.server.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.Set;

/** The files of one directory. Names, and what is done to them, outlive a crash only once {@link #forceNames} returned. */
interface Disk extends Closeable {

    /** The names of all files. */
    Set<String> names() throws IOException;

    /** Creates an empty file, in place of one that is there. */
    DiskFile create(String name) throws IOException;

    /** Opens a file that is there. */
    DiskFile open(String name) throws IOException;

    /** Gives a file another name, in place of one that has it, at once. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void forceNames() throws IOException;

    /** How to speak of a file to the operator. */
    String describe(String name);
}
