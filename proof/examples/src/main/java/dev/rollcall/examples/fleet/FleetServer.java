package dev.rollcall.examples.fleet;

import dev.rollcall.Rollcall;
import dev.rollcall.grpc.GrpcServers;
import dev.rollcall.grpc.RegisteredServer;
import dev.rollcall.instance.Instance;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One server of the fleet, in a process of its own. It ends in good order when it is told to by a signal, or when nobody holds its input open any more. */
final class FleetServer {

    private FleetServer() {}

    /**
     * Serves until it is told to end.
     *
     * @param args the store, the id of the instance, and where it says it is reached; without the last, where it listens
     */
    public static void main(String[] args) throws IOException {
        String id = args[1];
        ServerServiceDefinition greeter = ServerServiceDefinition.builder(Greeting.NAME)
                .addMethod(Greeting.WHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(id);
                    answer.onCompleted();
                }))
                .build();
        Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(greeter)
                .build()
                .start();
        String listening = "127.0.0.1:" + server.getPort();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("listening " + listening);
        String announced = input.readLine();
        if (announced == null) {
            server.shutdownNow();
            return;
        }
        String reached = announced.isEmpty() ? listening : announced;
        Rollcall rollcall = Rollcall.connect(args[0]);
        RegisteredServer registered =
                GrpcServers.register(rollcall, server, Instance.of(Greeting.SERVICE, id, reached));
        registered.registration().awaitRegistered(Duration.ofSeconds(30));
        System.out.println("registered");
        String line = input.readLine();
        while (line != null) {
            int weight = Integer.parseInt(line);
            registered.registration().update(me -> me.toBuilder().weight(weight).build());
            line = input.readLine();
        }
        registered.close();
        rollcall.close();
    }
}
