package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegisteredServerTest extends GrpcScaffold {

    /** Of their own, for the common pool may have a single one, which a call that waits would hold. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private RegisteredServer register(EchoServer server) {
        RegisteredServer registered =
                open(GrpcServers.register(rollcall, server.server(), Instance.of("user", server.address())));
        registered.registration().awaitRegistered(SOON);
        return registered;
    }

    @Test
    void noCallFailsWhileOneServerAfterTheOtherIsReplaced() throws Exception {
        RegisteredServer current = register(EchoServer.start("0"));
        ManagedChannel channel = channel("rollcall:///user");
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<Void> load = CompletableFuture.runAsync(
                () -> {
                    while (!done.get()) {
                        EchoServer.who(channel);
                        calls.incrementAndGet();
                    }
                },
                threads);
        for (int i = 1; i <= 3; i++) {
            int before = calls.get();
            await().atMost(SOON).until(() -> calls.get() > before + 10 || load.isDone());
            String name = String.valueOf(i);
            RegisteredServer next = register(EchoServer.start(name));
            await().atMost(SOON).until(() -> EchoServer.who(channel).equals(name));
            current.close();
            current = next;
        }
        done.set(true);

        load.get(10, TimeUnit.SECONDS);
        assertThat(rollcall.services()).containsExactly("user");
    }

    @Test
    void aCallUnderWayHasTimeToEnd() throws Exception {
        EchoServer server = EchoServer.slow("slow");
        RegisteredServer registered = register(server);
        ManagedChannel channel = channel("rollcall:///user");
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> EchoServer.who(channel), threads);
        assertThat(server.asked.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(registered::close, threads);
        await().atMost(SOON)
                .until(() -> rollcall.services().isEmpty() && server.server().isShutdown());
        assertThat(call).isNotDone();
        server.release.countDown();

        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("slow");
        closing.get(10, TimeUnit.SECONDS);
        assertThat(server.server().isTerminated()).isTrue();
    }

    @Test
    void aCallThatDoesNotEndIsCutOff() throws Exception {
        EchoServer server = EchoServer.slow("stuck");
        RegisteredServer registered = register(server);
        ManagedChannel channel = channel("rollcall:///user");
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> EchoServer.who(channel), threads);
        assertThat(server.asked.await(10, TimeUnit.SECONDS)).isTrue();

        registered.close(Duration.ofMillis(100));

        assertThat(call).failsWithin(SOON);
        server.release.countDown();
    }

    @Test
    void aServerThatItsOwnerShutsDownIsDeregisteredAndItsCallsEnd() throws Exception {
        EchoServer server = EchoServer.slow("slow");
        register(server);
        ManagedChannel channel = channel("rollcall:///user");
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> EchoServer.who(channel), threads);
        assertThat(server.asked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watching()).isTrue();

        server.server().shutdown();

        await().atMost(Duration.ofSeconds(2)).until(() -> rollcall.services().isEmpty());
        assertThat(call).isNotDone();
        server.release.countDown();
        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("slow");
        await().atMost(SOON).until(() -> server.server().isTerminated() && !watching());
    }

    @Test
    void closingLeavesNoThreadBehind() throws IOException {
        RegisteredServer registered = register(EchoServer.start("a"));
        assertThat(watching()).isTrue();
        registered.close();
        assertThat(watching()).isFalse();

        EchoServer another = EchoServer.start("b");
        RegisteredServer shutDown = register(another);
        another.close();
        shutDown.close();
        assertThat(watching()).isFalse();
        assertThat(rollcall.services()).isEmpty();
    }

    /** As where the JVM ends: one hook closes the server, another one the Rollcall. */
    @Test
    void aCallUnderWayMayCallOnThoughTheRollcallIsClosedBesides() throws Exception {
        Rollcall own = open(Rollcall.builder(endpoint()).closeAtShutdown(false).connect());
        RollcallTargets.share("own", own);
        EchoServer back = open(EchoServer.start("back"));
        rollcall.register(Instance.of("back", back.address())).awaitRegistered(SOON);
        ManagedChannel onward = opened(builder("rollcall://own/back"));
        assertThat(EchoServer.who(onward)).isEqualTo("back");
        EchoServer front = EchoServer.slow(() -> EchoServer.who(onward));
        RegisteredServer registered =
                open(GrpcServers.register(own, front.server(), Instance.of("user", front.address())));
        registered.registration().awaitRegistered(SOON);
        ManagedChannel channel = channel("rollcall:///user");
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> EchoServer.who(channel), threads);
        assertThat(front.asked.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(registered::close, threads);
        own.close();
        await().atMost(SOON).until(() -> front.server().isShutdown());
        front.release.countDown();

        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("back");
        closing.get(10, TimeUnit.SECONDS);
        RollcallTargets.unshare("own");
    }

    @Test
    void closingWhileTheServerIsBeingShutDownEndsBothOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            EchoServer server = EchoServer.start(String.valueOf(i));
            RegisteredServer registered = register(server);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(registered::close, threads);
            server.server().shutdown();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(server.server().isTerminated()).isTrue();
            assertThat(watching()).isFalse();
            assertThat(rollcall.services()).isEmpty();
        }
    }

    private static WeakReference<RegisteredServer> watched(EchoServer server, Registration registration) {
        RegisteredServer registered = new RegisteredServer(server.server(), registration);
        registered.closeWithTheJvm();
        return new WeakReference<>(registered);
    }

    /** A hook that is left behind holds what it would close. */
    @Test
    void aRegistrationThatCannotBeClosedLeavesNeitherThreadNorHookBehind() throws IOException {
        EchoServer server = EchoServer.start("a");
        Registration failing = (Registration) Proxy.newProxyInstance(
                Registration.class.getClassLoader(),
                new Class<?>[] {Registration.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("instance")) {
                        return Instance.of("user", "127.0.0.1:81");
                    }
                    throw new IllegalStateException("as if it were broken");
                });
        WeakReference<RegisteredServer> registered = watched(server, failing);
        server.close();

        await().atMost(SOON).until(() -> {
            System.gc();
            return !watching() && registered.get() == null;
        });
    }

    private static boolean watching() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("rollcall-grpc-server"));
    }

    @Test
    void aServerThatDoesNotListenIsNotRegistered() throws IOException {
        EchoServer server = EchoServer.start("gone");
        Instance instance = Instance.of("user", server.address());
        server.close();

        assertThatThrownBy(() -> GrpcServers.register(rollcall, server.server(), instance))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is shut down");
        assertThat(rollcall.services()).isEmpty();
    }
}
