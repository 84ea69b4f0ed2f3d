package dev.rollcall.grpc;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Makes the name resolvers of targets such as {@code etcd:///services/user}, the ones of etcd's Go resolver; found by {@link java.util.ServiceLoader},
 * not for use by hand.
 *
 * <p>{@link RollcallTargets} tells how a target is read.
 */
public final class EtcdNameResolverProvider extends NameResolverProvider {

    static final String SCHEME = "etcd";

    /** Used by {@link java.util.ServiceLoader}. */
    public EtcdNameResolverProvider() {}

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return RollcallNameResolverProvider.PRIORITY;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI uri, NameResolver.Args args) {
        return SCHEME.equals(uri.getScheme())
                ? new RollcallNameResolver(Target.parse(uri), Stores.PROCESS, args)
                : null;
    }
}
