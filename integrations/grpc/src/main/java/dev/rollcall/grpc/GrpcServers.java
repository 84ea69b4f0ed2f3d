package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import io.grpc.Server;

/**
 * Registers servers of grpc-java.
 *
 * <pre>{@code
 * Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).addService(users).build().start();
 * RegisteredServer user = GrpcServers.register(rollcall, server, Instance.of("user", "10.0.0.7:" + server.getPort()));
 * }</pre>
 */
public final class GrpcServers {

    private GrpcServers() {}

    /**
     * Registers a server that was started, and takes it out of service in good order when what is returned is closed, or when the JVM is told to end.
     *
     * <p>A server that is shut down by itself is deregistered too, but only when it takes no calls any more. One that cannot be registered in this way, because
     * the JVM ends, takes no hooks or has no further thread, is shut down.
     *
     * @param instance where callers reach it
     * @throws IllegalStateException if the server was not started or is shut down, the instance is registered here already, or the JVM ends
     * @throws IllegalArgumentException if the keyspace cannot write the instance
     * @throws SecurityException if a security manager allows no hooks
     */
    public static RegisteredServer register(Rollcall rollcall, Server server, Instance instance) {
        if (server.isShutdown()) {
            throw new IllegalStateException("the server of " + instance.identity()
                    + " is shut down; register it between start() and shutdown()");
        }
        // Throws for one that was not started: registered before it listens, it would be called in vain.
        server.getPort();
        RegisteredServer registered = new RegisteredServer(server, rollcall.register(instance));
        try {
            registered.closeWithTheJvm();
        } catch (IllegalStateException | SecurityException | OutOfMemoryError ended) {
            // The JVM ends, takes no hooks, or has no further thread: neither a registration nor a hook is left behind.
            registered.close();
            throw ended;
        }
        return registered;
    }
}
