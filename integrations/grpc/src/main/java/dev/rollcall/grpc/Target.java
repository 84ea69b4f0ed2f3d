package dev.rollcall.grpc;

import dev.rollcall.etcd.KeyRange;
import dev.rollcall.keyspace.Keyspace;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a target says, as in {@code rollcall://10.0.0.1:2379,10.0.0.2:2379/user?policy=round_robin}.
 *
 * @param text the whole, for messages
 * @param raw whether the path is one of keys ({@code etcd:}), and not the name of a service
 * @param authority which store, empty where it does not say
 * @param path the service, or the directory of its keys
 * @param policy the load balancing policy that is asked for
 */
record Target(
        String text,
        boolean raw,
        String authority,
        String path,
        @Nullable String policy) {

    private static final String POLICY = "policy=";

    /**
     * Reads a target.
     *
     * @throws IllegalArgumentException with the target and what is wrong with it
     */
    static Target parse(URI uri) {
        String text = uri.toString();
        String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
        String query = uri.getQuery();
        if (uri.isOpaque() && path.indexOf('?') >= 0) {
            query = path.substring(path.indexOf('?') + 1);
            path = path.substring(0, path.indexOf('?'));
        }
        String bare = path.startsWith("/") ? path.substring(1) : path;
        if (bare.isEmpty()) {
            throw new IllegalArgumentException(
                    "the target '" + text + "' names no service; write " + uri.getScheme() + ":///user"
                            + (uri.getScheme().equals(EtcdNameResolverProvider.SCHEME)
                                    ? " with the directory of its keys, as in etcd:///services/user"
                                    : ""));
        }
        if (query != null
                && (!query.startsWith(POLICY) || query.length() == POLICY.length() || query.indexOf('&') >= 0)) {
            throw new IllegalArgumentException("the target '" + text + "' has the options '" + query
                    + "'; the only one there is names a load balancing policy, as in ?policy=round_robin");
        }
        String authority = uri.getRawAuthority();
        if (authority != null && authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("a target of the scheme " + uri.getScheme()
                    + " bears a user, and targets are logged; set ROLLCALL_USER, or share a Rollcall");
        }
        return new Target(
                text,
                EtcdNameResolverProvider.SCHEME.equals(uri.getScheme()),
                authority == null ? "" : authority,
                bare,
                query == null ? null : query.substring(POLICY.length()));
    }

    /** The keyspace of a Rollcall that is opened for this target alone; null where it is for others to say. */
    @Nullable Keyspace ownKeyspace() {
        return raw ? Keyspace.standard(path.substring(0, Math.max(0, path.lastIndexOf('/')))) : null;
    }

    /**
     * The service that is meant, as a keyspace calls it.
     *
     * @throws IllegalArgumentException where the target names keys outside of the keyspace
     */
    String serviceIn(Keyspace keyspace) {
        if (!raw) {
            return path;
        }
        KeyRange wanted = Keyspace.below(path);
        for (int from = 0; from >= 0; from = path.indexOf('/', from) < 0 ? -1 : path.indexOf('/', from) + 1) {
            String service = path.substring(from);
            if (!service.isEmpty() && keyspace.serviceRange(service).equals(wanted)) {
                return service;
            }
        }
        throw new IllegalArgumentException("the target '" + text + "' names keys outside of the keyspace " + keyspace
                + " of the Rollcall that is shared; name the store's endpoints in the target, as in etcd://10.0.0.1:2379/"
                + path);
    }
}
