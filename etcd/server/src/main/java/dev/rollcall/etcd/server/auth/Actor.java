package dev.rollcall.etcd.server.auth;

/**
 * In whose name something is done.
 *
 * @param user the user's name; empty for nobody, and for the server itself
 * @param revision the revision of users and rights at which the user was recognised; 0 for nobody
 */
public record Actor(String user, long revision) {
    /** A caller who has not said who it is. */
    public static final Actor NOBODY = new Actor("", 0);

    /** The server itself, which may do everything. */
    public static final Actor SERVER = new Actor("", Long.MAX_VALUE);

    boolean isNobody() {
        return revision == 0;
    }

    boolean isServer() {
        return revision == Long.MAX_VALUE;
    }
}
