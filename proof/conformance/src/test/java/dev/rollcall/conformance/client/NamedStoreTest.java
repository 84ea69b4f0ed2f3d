package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.keyspace.Keyspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint that is given by its name, and moves. The process that follows it reads names from a file, and keeps them for a second. */
class NamedStoreTest {

    /** What the JVM keeps a name for, an attempt to connect a second at most, and a busy machine. */
    private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(10);

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    @TempDir
    private Path directory;

    private final List<String> said = new CopyOnWriteArrayList<>();

    @Test
    void aNameThatChangesItsAddressIsFollowed() throws IOException {
        int store = URI.create(ETCD.endpoints().get(0)).getPort();
        Process follower;
        int port;
        try (EtcdClient operator = EtcdClient.connect(ETCD.endpoints().get(0))) {
            names("127.0.0.9", "127.0.0.2");
            try (Relay first = Relay.at("127.0.0.2", 0, store)) {
                port = first.port();
                follower = follower("http://store.test:" + port);
                operator.kv().put("/svc/user/dead-and-live", "10.0.0.1:80");
                awaitSaid("up dead-and-live");
            }
            names("127.0.0.3");
            try (Relay moved = Relay.at("127.0.0.3", port, store)) {
                operator.kv().put("/svc/user/moved", "10.0.0.2:80");
                awaitSaid("up moved");
                assertThat(moved.passed()).isPositive();
            }
            names();
            operator.kv().put("/svc/user/unknown-for-a-while", "10.0.0.3:80");
            await().during(Duration.ofSeconds(2)).until(() -> said.size() == 2);
            names("127.0.0.4");
            try (Relay back = Relay.at("127.0.0.4", port, store)) {
                awaitSaid("up unknown-for-a-while");
                assertThat(back.passed()).isPositive();
            }
            assertThat(said).hasSize(3).allMatch(line -> line.startsWith("up "));
        }
        follower.destroy();
        assertThat(follower.onExit()).succeedsWithin(Duration.ofSeconds(5));
    }

    private void awaitSaid(String line) {
        await(line).atMost(FOLLOWED_WITHIN).until(() -> said.contains(line));
    }

    /** From now on {@code store.test} has these addresses. */
    private void names(String... addresses) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        for (String address : addresses) {
            lines.append(address).append(" store.test\n");
        }
        Path next = Files.writeString(directory.resolve("next"), lines);
        Files.move(next, directory.resolve("hosts"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The process, which ends with this JVM at the latest: then its input ends. */
    private Process follower(String endpoint) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djdk.net.hosts.file=" + directory.resolve("hosts"),
                        "-Dsun.net.inetaddr.ttl=1",
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        NamedStoreTest.class.getName(),
                        endpoint)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(() -> out.lines().forEach(said::add), "test-follower-out");
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    /** Follows a service of the store, and says what comes and goes. */
    public static void main(String[] args) throws IOException {
        // The JVM's own file of security properties sets this one, and so the system property for it does nothing.
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        try (Rollcall rollcall =
                Rollcall.builder(args[0]).keyspace(Keyspace.plain("/svc")).connect()) {
            rollcall.discover(
                    "user",
                    SnapshotListener.of(
                            up -> System.out.println("up " + up.instance().id()),
                            down -> System.out.println("down " + down.instance().id())));
            // Until the test ends it.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
