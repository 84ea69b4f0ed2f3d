package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    /** Stands for a test's JVM: starts a process that would run on, says where, and hangs. */
    static final class Hanging {
        public static void main(String[] args) throws Exception {
            Process process = new ProcessBuilder("sleep", "600").start();
            Watchdog.born(process);
            System.out.println(process.pid() + " " + Watchdog.newDirectory("data"));
            process.waitFor();
        }
    }

    @Test
    void aProcessDoesNotOutliveItsJvmEvenWhenThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hanging.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader()) {
            String[] said = output.readLine().split(" ", 2);
            ProcessHandle child = ProcessHandle.of(Long.parseLong(said[0])).orElseThrow();
            assertThat(child.isAlive()).isTrue();
            assertThat(Path.of(said[1])).isDirectory();
            assertThat(jvm.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Await.until(Duration.ofSeconds(10), () -> !child.isAlive()))
                    .isTrue();
            assertThat(Await.until(
                            Duration.ofSeconds(10),
                            () -> Files.notExists(Path.of(said[1]).getParent())))
                    .isTrue();
        } finally {
            jvm.destroyForcibly();
        }
    }
}
