package dev.rollcall.grpc;

import dev.rollcall.Rollcall;

/**
 * Which store the targets of channels mean.
 *
 * <table>
 * <caption>Targets</caption>
 * <tr><td>{@code rollcall:///user}</td><td>the service {@code user} of the Rollcall that is shared by {@link #share(Rollcall)}; where there is none, of
 * the store that the system property {@value #ENDPOINTS} names; else as {@link Rollcall#fromEnvironment} says</td></tr>
 * <tr><td>{@code rollcall://eu/user}</td><td>of the Rollcall that is shared as {@code eu}</td></tr>
 * <tr><td>{@code rollcall://10.0.0.1:2379,10.0.0.2:2379/user}</td><td>of the store at these endpoints</td></tr>
 * <tr><td>{@code etcd:///services/user}</td><td>the same by its keys, as etcd's Go resolver names it; the store is found as above</td></tr>
 * </table>
 *
 * <p>Users and certificates of a store that a target opens are those of the environment ({@link Rollcall#fromEnvironment}).
 *
 * <p>Behind each of them may stand {@code ?policy=round_robin}, or another load balancing policy; it comes before the channel's own default.
 *
 * <p>A Rollcall that is shared serves any number of channels by one watch per service, and stays its owner's to close. One that a target opens is shared by
 * all channels to that store, and is closed with the last of them. Safe for use by several threads.
 */
public final class RollcallTargets {

    /** The system property that names the store of targets which do not: endpoints with commas between them. */
    public static final String ENDPOINTS = "rollcall.endpoints";

    private RollcallTargets() {}

    /** Serves targets without an authority from this Rollcall, from now on. */
    public static void share(Rollcall rollcall) {
        share("", rollcall);
    }

    /**
     * Serves targets with this authority from this Rollcall, from now on.
     *
     * @param authority a word, as {@code eu} in {@code rollcall://eu/user}
     */
    public static void share(String authority, Rollcall rollcall) {
        Stores.PROCESS.share(authority, rollcall);
    }

    /** Takes back what was shared under an authority, or, where it is empty, for targets without one. Channels that have it keep it. */
    public static void unshare(String authority) {
        Stores.PROCESS.unshare(authority);
    }
}
