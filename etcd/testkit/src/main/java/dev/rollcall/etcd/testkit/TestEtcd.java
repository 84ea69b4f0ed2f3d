package dev.rollcall.etcd.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * An etcd for a test, and the hand that makes it suffer: embedded in this JVM, a real process, or a cluster of real ones.
 *
 * <p>It hands out endpoints, never a client. Its addresses stay the same for its whole life, whatever happens to it. Methods
 * return when what they are named for is done: after {@link #start}, {@link #restart} and {@link #wipe} a linearizable read has
 * answered; each waits for 30 s at most and then throws {@link IllegalStateException} with the last lines of the log. Methods
 * may be called from any thread, one after another.
 */
public sealed interface TestEtcd extends AutoCloseable permits EmbeddedNode, EtcdProcess, EtcdCluster {

    /** The addresses clients connect to, such as {@code http://127.0.0.1:12379}; one for each member. */
    List<String> endpoints();

    /** The version of etcd this is, or that the embedded server stands for: {@code 3.5.16}. */
    String version();

    /** Whether every member runs. A paused one runs. */
    boolean running();

    /** Starts what is stopped, with the data it had; does nothing to what runs. */
    void start();

    /** Stops in good order; clients see their connections closed. */
    void stop();

    /** Stops in good order and starts again: same data, same addresses. */
    default void restart() {
        stop();
        start();
    }

    /** Ends it as {@code kill -9} does. {@link #start} brings it back with the data it had. */
    void kill();

    /** Freezes it ({@code SIGSTOP}): connections stay open and nothing answers. */
    void pause();

    /** Ends a {@link #pause}; does nothing if there is none. */
    void resume();

    /** Kills it, removes all its data, and starts it at the same addresses with the same flags: a store that went back in time. */
    void wipe();

    /**
     * Saves what it holds now to a file, as {@code etcdctl snapshot save} does.
     *
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    void saveSnapshot(Path file);

    /**
     * Kills it and starts it, at the same addresses with the same flags, with what a snapshot holds: a store that went back in time.
     *
     * @throws UnsupportedOperationException if it is the embedded one, which reads no snapshots, or one member of several
     */
    void restoreSnapshot(Path file);

    /**
     * Compacts up to the current revision, so that no watch can start in the past.
     *
     * @return that revision
     */
    long compact();

    /** Deletes every key and revokes every lease, so that the next test begins with an empty store; revisions go on. */
    void clear();

    /** How many watches clients hold on it; the sum over the members of a cluster. */
    int openWatches();

    /** The ids of the leases that live. */
    Set<Long> liveLeases();

    /**
     * Lets a lease run out now, whatever time it has left: its keys are deleted and its owner is told, as if it had expired.
     *
     * @return whether it was alive
     */
    boolean expireLease(long lease);

    /** The members, each a {@code TestEtcd} of its own; a single node is its own only member. */
    default List<TestEtcd> members() {
        return List.of(this);
    }

    /** The member number {@code index}, counted from 0. */
    default TestEtcd member(int index) {
        return members().get(index);
    }

    /** The member that leads now; waits for an election to end. */
    default TestEtcd leader() {
        return this;
    }

    /** Ends it at once and removes its data. Never throws for an etcd that is gone already. */
    @Override
    void close();
}
