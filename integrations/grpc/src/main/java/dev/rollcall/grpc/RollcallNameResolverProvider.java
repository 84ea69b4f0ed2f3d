package dev.rollcall.grpc;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Makes the name resolvers of targets such as {@code rollcall:///user}; found by {@link java.util.ServiceLoader}, not for use by hand.
 *
 * <p>{@link RollcallTargets} tells how a target is read.
 */
public final class RollcallNameResolverProvider extends NameResolverProvider {

    static final String SCHEME = "rollcall";

    /** Below that of every resolver of grpc-java, so that no target without a scheme ever comes here. */
    static final int PRIORITY = 4;

    /** Used by {@link java.util.ServiceLoader}. */
    public RollcallNameResolverProvider() {}

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return PRIORITY;
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
