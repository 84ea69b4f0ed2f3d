package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What comes of asking for an older version: it may be asked about, but there is none to go back to. */
final class Downgrades {
    /** The version of the cluster, and so of its data. */
    static final String CLUSTER_VERSION = "3.5.0";

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(\\.\\d+([-+].*)?)?");

    private Downgrades() {}

    /**
     * Refuses what is no version, or none that 3.5 can be taken back to.
     *
     * @throws Refusal in etcd's words
     */
    static void validate(String target) {
        Matcher version = VERSION.matcher(target);
        if (!version.matches()) {
            throw new Refusal(Reason.DOWNGRADE_VERSION_FORMAT);
        }
        if (!version.group(1).equals("3") || !version.group(2).equals("4")) {
            throw new Refusal(Reason.DOWNGRADE_VERSION);
        }
    }

    /** etcd lets every request for a real downgrade run into its deadline; here that is said at once. */
    static Refusal enable(String target) {
        validate(target);
        return new Refusal(Reason.TIMED_OUT);
    }

    static Refusal cancel() {
        return new Refusal(Reason.NO_DOWNGRADE);
    }
}
