package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls to a process that is told to end ({@code SIGTERM}), and that calls another service to answer them. */
@Timeout(60)
class EndingJvmTest extends GrpcScaffold {

    private Process chained(String how) throws IOException {
        return java(Chained.class.getName(), endpoint(), how);
    }

    private Process java(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        open(process::destroyForcibly);
        return process;
    }

    /** Among what it logs. */
    private static void awaitLine(BufferedReader output, String line) {
        assertThat(output.lines().anyMatch(line::equals)).as(line).isTrue();
    }

    /** One that shuts its server down in a hook of its own is in the hands of both hooks at once. */
    @ParameterizedTest
    @ValueSource(strings = {"", "shutdown"})
    void aCallUnderWayMayCallOnWhileTheJvmEnds(String own) throws Exception {
        EchoServer back = open(EchoServer.start("back"));
        rollcall.register(Instance.of("back", back.address())).awaitRegistered(SOON);
        Process process = chained(own);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        open(threads::shutdownNow);
        try (BufferedReader output = process.inputReader()) {
            awaitLine(output, "registered");
            ManagedChannel channel = channel("rollcall:///front");
            CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> EchoServer.who(channel), threads);
            awaitLine(output, "asked");

            process.toHandle().destroy(); // Process.destroy() would close the streams too
            await().atMost(SOON).until(() -> rollcall.services().equals(List.of("back")));
            awaitLine(output, "closed");
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();

            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("back");
            assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "there are no security managers any more")
    void whereTheJvmTakesNoHooksNothingStaysRegistered() throws Exception {
        Process process = java("-Djava.security.manager=allow", Hookless.class.getName(), endpoint());
        try (BufferedReader output = process.inputReader()) {
            awaitLine(output, "refused: no hooks here; shut down: true");

            assertThat(rollcall.services()).containsExactly("later");
        }
    }

    /** Registers a server in a JVM that refuses hooks, says what became of it, and goes on with another registration. */
    static final class Hookless {

        private Hookless() {}

        @SuppressWarnings("removal")
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Rollcall rollcall =
                    Rollcall.builder(arguments[0]).closeAtShutdown(false).connect();
            EchoServer server = EchoServer.start("hookless");
            System.setSecurityManager(new SecurityManager() {
                @Override
                public void checkPermission(Permission permission) {
                    if (permission.getName().equals("shutdownHooks")) {
                        throw new SecurityException("no hooks here");
                    }
                }
            });
            try {
                GrpcServers.register(rollcall, server.server(), Instance.of("hookless", server.address()));
            } catch (SecurityException e) {
                rollcall.register(Instance.of("later", "10.0.0.1:80")).awaitRegistered(SOON);
                System.out.println("refused: " + e.getMessage() + "; shut down: "
                        + server.server().isTerminated());
            }
            System.out.println("the test is gone: " + System.in.read());
        }
    }

    /** Answers, when it is told to, what the service {@code back} answers. */
    static final class Chained {

        private Chained() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            String endpoint = arguments[0];
            Rollcall rollcall = Rollcall.connect(endpoint);
            ManagedChannel onward = builder("rollcall://" + endpoint.replace("http://", "") + "/back")
                    .build();
            // On a busy machine a new JVM takes longer to read the store than a channel waits for it.
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> EchoServer.who(onward).equals("back"));
            EchoServer front = EchoServer.slow(() -> answer(onward));
            front.release.countDown();
            Server server = front.server();
            GrpcServers.register(rollcall, server, Instance.of("front", front.address()))
                    .registration()
                    .awaitRegistered(SOON);
            if (arguments[1].equals("shutdown")) {
                Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
            }
            System.out.println("registered");
            server.awaitTermination();
        }

        private static String answer(ManagedChannel onward) {
            System.out.println("asked");
            try {
                Thread closed = new Thread(Chained::tellWhenAllAreClosed);
                closed.setDaemon(true);
                closed.start();
                if (System.in.read() < 0) {
                    throw new IllegalStateException("the test is gone");
                }
                return EchoServer.who(onward, 5_000);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** When no thread of a store's client is left, be it of the Rollcall or of the target's. */
        private static void tellWhenAllAreClosed() {
            await().atMost(SOON)
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("rollcall-etcd-client")));
            System.out.println("closed");
        }
    }
}
