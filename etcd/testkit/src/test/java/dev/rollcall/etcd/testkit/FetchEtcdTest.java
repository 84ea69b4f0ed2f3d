package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code tools/fetch-etcd} and this module agree on where an etcd lies and what is said when there is none. */
class FetchEtcdTest {

    private static final Path SCRIPT = Path.of(System.getProperty("rollcall.root"), "tools", "fetch-etcd");

    @TempDir
    Path home;

    private record Outcome(int exit, String output, String errors) {}

    /** In place of the real one, so that no test of ours needs the network. */
    @BeforeEach
    void anAptThatReachesNothing() throws IOException {
        executable("bin/apt-get", "exit 100");
    }

    @Test
    void whatIsInTheCacheIsNotFetchedAgain() throws Exception {
        etcd("cache/rollcall/etcd/3.4.23/etcd", "3.4.23");
        etcd("cache/rollcall/etcd/3.4.23/etcdctl", "3.4.23");
        etcd("cache/rollcall/etcd/3.5.16/etcd", "3.5.16");
        etcd("cache/rollcall/etcd/3.5.16/etcdctl", "3.5.16");
        Outcome outcome = run(Map.of(), "--print");
        assertThat(outcome.exit).isZero();
        assertThat(outcome.errors).isEmpty();
        assertThat(outcome.output.lines())
                .containsExactly(
                        "3.4.23\t" + home.resolve("cache/rollcall/etcd/3.4.23/etcd"),
                        "3.5.16\t" + home.resolve("cache/rollcall/etcd/3.5.16/etcd"));
    }

    @Test
    void anEtcdThatTheUserBringsCounts() throws Exception {
        Path named = etcd("mine/etcd", "3.5.16");
        Path onPath = etcd("bin/etcd", "3.4.23");
        Outcome outcome = run(Map.of("ETCD_BIN", named.toString()), "--print");
        assertThat(outcome.exit).isZero();
        assertThat(outcome.output.lines()).containsExactly("3.4.23\t" + onPath, "3.5.16\t" + named);
    }

    @Test
    void withNoEtcdToBeHadItFailsAndSaysWhatToDo() throws Exception {
        Outcome outcome = run(Map.of());
        assertThat(outcome.exit).isEqualTo(1);
        assertThat(outcome.errors)
                .contains("no etcd 3.4.23 3.5.16 to be had", "network", "ETCD_BIN", "ROLLCALL_SKIP_ETCD=1");
        assertThat(home.resolve("cache/rollcall/etcd")).isEmptyDirectory();
    }

    @Test
    void skippingIsLoud() throws Exception {
        Outcome outcome = run(Map.of("ROLLCALL_SKIP_ETCD", "1"));
        assertThat(outcome.exit).isZero();
        assertThat(outcome.errors).contains("NO etcd 3.4.23 3.5.16", "skipped");
    }

    @Test
    @Tag("contract")
    void theTestkitFindsWhatTheScriptFetched() throws Exception {
        Outcome outcome = outcomeOf(new ProcessBuilder(SCRIPT.toString(), "--print"));
        assertThat(outcome.output.lines().map(line -> line.substring(0, line.indexOf('\t'))))
                .containsExactlyElementsOf(EtcdSpec.realVersions());
    }

    @Test
    void aTestThatLacksItsEtcdFailsAndUnderSkipIsAborted() throws Exception {
        assertThat(startOfAMissingEtcd(Map.of()).output)
                .contains("IllegalStateException", "no etcd 3.98.7 on this machine", "tools/fetch-etcd");
        Outcome skipped = startOfAMissingEtcd(Map.of("ROLLCALL_SKIP_ETCD", "1"));
        assertThat(skipped.output).contains("TestAbortedException");
        assertThat(skipped.errors).contains("SKIPPED").hasLineCount(1);
    }

    /** Two tests that want an etcd which is not there. */
    static final class Missing {
        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try {
                    EtcdSpec.real("3.98.7").start().close();
                } catch (RuntimeException e) {
                    System.out.println(e);
                }
            }
        }
    }

    private static Outcome startOfAMissingEtcd(Map<String, String> environment) throws Exception {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Missing.class.getName());
        java.environment().remove("ROLLCALL_SKIP_ETCD");
        java.environment().putAll(environment);
        return outcomeOf(java);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder script = new ProcessBuilder(SCRIPT.toString());
        script.command().addAll(List.of(arguments));
        script.environment().keySet().removeAll(List.of("ETCD_BIN", "ROLLCALL_SKIP_ETCD"));
        script.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
        script.environment().put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
        script.environment().putAll(environment);
        return outcomeOf(script);
    }

    private static Outcome outcomeOf(ProcessBuilder builder) throws Exception {
        Path errors = Files.createTempFile("errors", null);
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Outcome outcome = new Outcome(process.waitFor(), output, Files.readString(errors));
        Files.delete(errors);
        return outcome;
    }

    private Path etcd(String path, String version) throws IOException {
        return executable(path, "echo 'etcd Version: " + version + "'");
    }

    private Path executable(String path, String line) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
