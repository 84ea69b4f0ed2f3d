package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import dev.rollcall.keyspace.Keyspace;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Rollcalls behind the targets of channels: those that were shared, and those that were opened for targets and are counted. Thread-safe. */
final class Stores {

    /** One for the process, because whoever is made by a service loader cannot be handed anything. */
    static final Stores PROCESS = new Stores();

    private final LastTold lastTold = new LastTold();
    private final Map<String, Rollcall> shared = new HashMap<>();
    private final Map<Key, Opened> opened = new HashMap<>();

    private record Key(String authority, String keyspace) {}

    private static final class Opened {
        private final Rollcall rollcall;
        private int users;

        Opened(Rollcall rollcall) {
            this.rollcall = rollcall;
        }
    }

    /** A Rollcall for as long as it is used. */
    static final class Use implements AutoCloseable {

        private final Rollcall rollcall;
        private final Runnable release;
        private boolean closed;

        Use(Rollcall rollcall, Runnable release) {
            this.rollcall = rollcall;
            this.release = release;
        }

        Rollcall rollcall() {
            return rollcall;
        }

        /** Gives it back; never waits. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                release.run();
            }
        }
    }

    synchronized void share(String authority, Rollcall rollcall) {
        shared.put(authority, rollcall);
    }

    synchronized void unshare(String authority) {
        shared.remove(authority);
    }

    /** The Rollcall that a target means. Does not wait for the store. */
    synchronized Use use(Target target) {
        Rollcall theirs = shared.get(target.authority());
        if (theirs != null) {
            return new Use(theirs, () -> {});
        }
        Keyspace keyspace = target.ownKeyspace();
        Key key = new Key(target.authority(), String.valueOf(keyspace));
        Opened entry = opened.computeIfAbsent(key, absent -> new Opened(open(target, keyspace)));
        entry.users++;
        return new Use(entry.rollcall, () -> release(key, entry));
    }

    /** What channels were told of them. */
    LastTold lastTold() {
        return lastTold;
    }

    /** How many are open because of targets. */
    synchronized int opened() {
        return opened.size();
    }

    /** Users and certificates are those of the environment, for a target has no place for them. */
    private static Rollcall open(Target target, @Nullable Keyspace keyspace) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        String endpoints =
                target.authority().isEmpty() ? System.getProperty(RollcallTargets.ENDPOINTS) : target.authority();
        if (endpoints != null) {
            environment.put("ROLLCALL_ENDPOINTS", endpoints);
        }
        if (keyspace == null) {
            return Rollcall.builder(environment).connect();
        }
        environment.remove("ROLLCALL_PREFIX");
        return Rollcall.builder(environment).keyspace(keyspace).connect();
    }

    private synchronized void release(Key key, Opened entry) {
        if (--entry.users == 0) {
            opened.remove(key);
            // A channel lets go on a thread of gRPC, which must not wait for the store; closing takes 3 s at most.
            new Thread(entry.rollcall::close, "rollcall-grpc-close").start();
        }
    }
}
