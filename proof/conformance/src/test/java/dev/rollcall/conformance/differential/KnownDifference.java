package dev.rollcall.conformance.differential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case in which the embedded server is meant to answer otherwise. The table in {@code docs/etcd-compatibility.md} holds the same.
 *
 * @param id the case
 * @param etcd what stands in every line of etcd that differs
 * @param embedded what stands there instead
 */
record KnownDifference(String id, String etcd, String embedded, String why) {

    private static final String NO_NAME = "INVALID_ARGUMENT: etcdserver: user name is empty";
    private static final String DENIED = "PERMISSION_DENIED: etcdserver: permission denied";
    private static final String HOLE = "a hole; as from 3.5.28 on";
    private static final String LAST_ALARM = "a defect: only the alarm that was changed last counts";

    static final List<KnownDifference> ALL = List.of(
            new KnownDifference(
                    "watch-create: a negative start of a watch",
                    "created: true",
                    "cancel_reason: \"etcdserver: mvcc: required revision has been compacted\"",
                    "a defect; as from 3.5.24 on"),
            new KnownDifference(
                    "auth: a permission is changed, beside a wider one from the same key",
                    "perm { permType: READWRITE key: \"a\" } perm { key: \"a\" }",
                    "range_end: \"c\" } perm { key: \"a\" }",
                    "a hole: what was granted before stays"),
            new KnownDifference("rights: nobody asks for the status", "version: \"3.5.16\"", NO_NAME, HOLE),
            new KnownDifference("rights: nobody asks for the members", "members", NO_NAME, HOLE),
            new KnownDifference("rights: nobody asks for alarms", "revision: $0", NO_NAME, HOLE),
            new KnownDifference("rights: nobody sets an alarm", "alarms { memberID: 5 alarm: NOSPACE }", NO_NAME, HOLE),
            new KnownDifference("rights: nobody compacts", "revision: $1", NO_NAME, HOLE),
            new KnownDifference("rights: nobody moves the leader", "(empty)", NO_NAME, HOLE),
            new KnownDifference("rights: nobody asks for a downgrade", "version: \"3.5.0\"", NO_NAME, HOLE),
            new KnownDifference("rights: nobody grants a lease", "ID: 7 TTL: 60", NO_NAME, HOLE),
            new KnownDifference("rights: nobody revokes a lease", "revision: $0", NO_NAME, HOLE),
            new KnownDifference("rights: nobody asks for the rest of a lease", "grantedTTL: 60", NO_NAME, HOLE),
            new KnownDifference("rights: nobody asks for the leases", "leases { ID: 7 }", NO_NAME, HOLE),
            new KnownDifference("rights: nobody renews a lease", "ID: 7 TTL: 60", NO_NAME, HOLE),
            new KnownDifference("rights: nobody sends an empty transaction", "succeeded: true", NO_NAME, HOLE),
            new KnownDifference("rights: a user compacts", "revision: $1", DENIED, HOLE),
            new KnownDifference(
                    "rights: a user goes past the rights by a nested transaction",
                    "response_txn",
                    DENIED,
                    "a hole; as from 3.5.28 on"),
            new KnownDifference(
                    "rights: a user reads what was there by a put in a transaction",
                    "response_put",
                    DENIED,
                    "a hole; as from 3.5.30 on"),
            new KnownDifference(
                    "rights: a user puts under the lease of somebody else in a transaction",
                    "response_put",
                    DENIED,
                    "a hole; as from 3.5.30 on"),
            new KnownDifference(
                    "rights: a user watches without an end",
                    "created: true",
                    "desc = etcdserver: permission denied",
                    "a hole; as from 3.5.33 on"),
            new KnownDifference("rights: a user renews the lease of somebody else", "ID: 7 TTL: 60", DENIED, HOLE),
            new KnownDifference("rights: a user asks for the leases of all", "leases { ID: 7 }", DENIED, HOLE),
            new KnownDifference(
                    "rights: a token as a bearer",
                    "UNAUTHENTICATED: etcdserver: invalid auth token",
                    "revision: $1",
                    "as from 3.5.32 on"),
            new KnownDifference(
                    "rights: an empty range of a user that ends where one permission meets another",
                    DENIED,
                    "revision: $0",
                    "nothing is shown; what etcd says depends on how its tree of permissions lies"),
            new KnownDifference(
                    "maintenance: the hash up to a compaction",
                    "compact_revision: -1",
                    "compact_revision: $2",
                    "etcd may give the hash of before the compaction; ours is of what is kept"),
            new KnownDifference(
                    "maintenance: the end of one of two kinds of alarm",
                    "revision: $1",
                    "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded",
                    LAST_ALARM),
            new KnownDifference(
                    "maintenance: two kinds of alarm the other way round",
                    "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded",
                    "DATA_LOSS: etcdserver: corrupt cluster",
                    LAST_ALARM),
            new KnownDifference(
                    "maintenance: a delete under two kinds of alarm",
                    "revision: $0",
                    "DATA_LOSS: etcdserver: corrupt cluster",
                    LAST_ALARM),
            new KnownDifference(
                    "cluster: new addresses of the only member",
                    "members",
                    "UNAVAILABLE: etcdserver: unhealthy cluster",
                    "nothing listens there"));

    static @Nullable KnownDifference of(Case one) {
        return ALL.stream()
                .filter(known -> known.id.equals(one.id()))
                .findFirst()
                .orElse(null);
    }

    /** The row of the table in the page. */
    String row() {
        return "| " + id + " | `" + etcd + "` | `" + embedded + "` | " + why + " |";
    }
}
