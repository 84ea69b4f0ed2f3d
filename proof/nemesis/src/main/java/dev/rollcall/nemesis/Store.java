package dev.rollcall.nemesis;

import java.nio.file.Path;
import java.util.List;

/** A store to make suffer. Members are counted from 0; addresses stay the same whatever happens. */
interface Store extends AutoCloseable {

    /** Where the members listen. */
    List<String> endpoints();

    /** The password of root; empty where there are no users. */
    String password();

    /** Whether it keeps its data when it is killed. */
    boolean keepsData();

    /** Whether its watches are known to lose or repeat events: until an audit found out, a view may be wrong. */
    boolean forgetful();

    /** The member that leads now. */
    int leader();

    void kill(int member);

    void start(int member);

    void pause(int member);

    void resume(int member);

    boolean running(int member);

    void killAll();

    void startAll();

    /** Kills it, and starts it with no data. */
    void wipe();

    void saveSnapshot(Path file);

    void restoreSnapshot(Path file);

    @Override
    void close();
}
