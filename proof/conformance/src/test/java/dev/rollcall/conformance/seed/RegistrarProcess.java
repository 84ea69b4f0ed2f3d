package dev.rollcall.conformance.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A registrar in a JVM of its own, so that it can be stopped and killed. */
final class RegistrarProcess implements AutoCloseable {

    private final Process process;

    private RegistrarProcess(Process process) {
        this.process = process;
    }

    /** Registers {@code /dir/service/id -> address} and returns once it is registered. */
    static RegistrarProcess start(String endpoint, String dir, String service, String id, String address) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            RegistrarProcess.class.getName(),
                            endpoint,
                            dir,
                            service,
                            id,
                            address)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            RegistrarProcess started = new RegistrarProcess(process);
            String said = out.readLine();
            if (!"registered".equals(said)) {
                started.close();
                fail("the registrar said %s", said);
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets it deregister and end; kills it if it does not. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.onExit().get(5, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] args) throws IOException {
        try (Rollcall rollcall =
                Rollcall.builder(args[0]).keyspace(Keyspace.plain(args[1])).connect()) {
            Registration me = rollcall.register(
                    Instance.builder(args[2]).id(args[3]).endpoint(args[4]).build());
            me.awaitRegistered(Duration.ofSeconds(20));
            System.out.println("registered");
            // Lives until it is killed, or until the test that started it closes its input or is gone.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
