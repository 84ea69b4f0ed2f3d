package dev.rollcall.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.StopSignal;
import dev.rollcall.etcd.testkit.EtcdExtension;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

@Tag("once")
final class DemoTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StopSignal stop = StopSignal.manual();

    @AfterEach
    void noProcessIsLeft() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.current().descendants().noneMatch(DemoTest::isOfTheDemo));
    }

    private static boolean isOfTheDemo(ProcessHandle process) {
        String command = process.info().commandLine().orElse("");
        return command.contains("dev.rollcall.cli.Main");
    }

    @Test
    void theStoryIsToldToTheEnd() {
        assertThat(play()).as(text()).isZero();
        assertThat(text())
                .containsSubsequence(
                        "1. A store",
                        "serves at http://127.0.0.1:",
                        "2. Six processes",
                        "mail-1 ",
                        "3. We call them",
                        "user: user-1 answered 3 times, user-2 answered 3 times, user-3 answered 3 times",
                        "4. user-2 changes",
                        "weight 100 -> 250, version 1.0 -> 1.1",
                        "5. user-3 is killed",
                        "user-3   down     expired",
                        "6. order-2 is stopped",
                        "order-2  down     deregistered",
                        "7. user-4 starts",
                        "user-4 answered 3 times",
                        "8. The store dies",
                        "everyone is back: 5 instances",
                        "0 failed, shown as down: 0",
                        "What was seen",
                        "All as it should be.");
        assertThat(text()).doesNotContain("Exception").doesNotContain("\u001b");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void itPlaysOnAnEtcdOfOthersAndLeavesNothingThere() {
        assertThat(play("--etcd", etcd.endpoints().get(0))).as(text()).isZero();
        assertThat(text()).contains("skipped, as this etcd is not ours to kill").endsWith("All as it should be.\n");
    }

    @Test
    void ctrlCEndsItAtAnyTime() {
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(this::play, task -> new Thread(task, "test-demo").start());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> text().contains("starts mail-1"));
        stop.raise("INT");
        assertThat(code.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(130);
    }

    private int play(String... args) {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                Map.of(),
                stop);
        return new CommandLine(new DemoCommand(console)).execute(args);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
