package dev.rollcall.etcd.server.log;

import java.io.IOException;

/** What is on disk is not what was written there. It says which file, where in it, and what to do; nothing was changed. */
final class DamagedStore extends IOException {
    private static final long serialVersionUID = 1;

    DamagedStore(String file, long offset, String what) {
        super(file + " is damaged at byte " + offset + ": " + what
                + ". Nothing was changed. Restore the data directory from a"
                + " backup, or move it away to start with an empty store");
    }
}
