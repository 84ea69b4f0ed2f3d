package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.EtcdExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ServiceCommandsTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @TempDir
    private Path folder;

    private static CommandLineRun console() {
        return CommandLineRun.at(etcd.endpoints());
    }

    @Test
    void anInstanceIsThereWhileItIsHeldAndGoneAfterSigterm() {
        CommandLineRun register = console()
                .start(
                        "register",
                        "user",
                        "10.0.0.7:8080",
                        "--id",
                        "u1",
                        "--zone",
                        "a",
                        "--weight",
                        "7",
                        "--version",
                        "1.2",
                        "--tag",
                        "t",
                        "--metadata",
                        "k=v=w",
                        "--secure",
                        "--lease",
                        "5s")
                .awaitErr("registered user/u1");
        assertThat(console().run("services").exits(0).out())
                .isEqualTo("[{\"service\":\"user\",\"instances\":1,\"up\":1,\"quarantined\":0}]\n");
        assertThat(console().run("discover", "user").exits(0).out())
                .startsWith(
                        "[{\"service\":\"user\",\"id\":\"u1\",\"endpoint\":\"10.0.0.7:8080\",\"status\":\"up\",\"weight\":7,"
                                + "\"zone\":\"a\",\"version\":\"1.2\",\"secure\":true,\"tags\":[\"t\"],\"metadata\":{\"k\":\"v=w\"},\"revision\":");
        assertThat(console().run("instances", "user").exits(0).out())
                .contains("\"key\":\"services/user/u1\"", "\"leaseGranted\":5", "\"leaseRemaining\":", "\"leaseAge\":")
                .contains("\"createRevision\":", "\"modRevision\":", "\"lease\":\"");
        register.signal("TERM").exits(0);
        assertThat(register.err()).contains("deregistered user/u1");
        console().run("discover", "user").exits(3);
        console().run("services").exits(3);
    }

    @Test
    void ctrlCDeregistersTooAndEndsWith130() {
        CommandLineRun register = console().start("register", "user", "a:1").awaitErr("registered user/a:1");
        register.signal("INT").exits(130);
        console().run("get", "services/user/a:1").exits(3);
    }

    @Test
    void whatCannotBeReadIsQuarantinedAndShownWithTheReason() {
        console().run("put", "services/user/bad", "{not json").exits(0);
        console().run("put", "services/user/evil\u001b[2J", "{not json").exits(0);
        console()
                .run("put", "services/user/good", "{\"Op\":0,\"Addr\":\"h:1\",\"Metadata\":null}")
                .exits(0);
        CommandLineRun json = console().run("instances", "user").exits(0);
        assertThat(json.lines()).hasSize(3);
        assertThat(json.lines().get(0)).contains("\"id\":\"bad\"", "\"status\":\"quarantined\"", "\"reason\":\"");
        CommandLineRun table = console().onTerminal().run("instances", "user").exits(0);
        assertThat(table.lines().get(0)).startsWith("KEY").contains("LEFT", "AGE");
        assertThat(table.out())
                .contains("quarantined services/user/bad: ", "quarantined services/user/evil\\x1b[2J: ")
                .doesNotContain("\u001b");
        assertThat(console().run("services").out()).contains("\"instances\":1,\"up\":1,\"quarantined\":1");
        assertThat(console().run("discover", "user").out()).contains("good").doesNotContain("bad");
    }

    @Test
    void aServiceDoesNotSeeItsNeighbours() {
        for (String service : List.of("user", "user1", "user/eu")) {
            console()
                    .run("put", "services/" + service + "/x", "{\"Addr\":\"h:1\"}")
                    .exits(0);
        }
        assertThat(console().run("discover", "user").exits(0).lines()).hasSize(1);
        assertThat(console().run("discover", "--dir", "user").exits(0).lines()).hasSize(2);
        assertThat(console().run("discover", "--dir", "").exits(0).lines()).hasSize(3);
        assertThat(console().run("services").exits(0).lines()).hasSize(3);
    }

    @Test
    void thePlainKeyspaceAndAPrefixAreTakenFromOptionsAndEnvironment() {
        CommandLineRun register = console()
                .start(
                        "register",
                        "user",
                        "10.0.0.7:8080",
                        "--id",
                        "1",
                        "--keyspace",
                        "plain:/service",
                        "--prefix",
                        "acme")
                .awaitErr("registered user/1");
        assertThat(console().run("ls", "--keys-only").out()).contains("acme").doesNotContain("services/");
        assertThat(console()
                        .with("ROLLCALL_KEYSPACE", "plain:/service")
                        .with("ROLLCALL_PREFIX", "acme")
                        .run("discover", "user")
                        .exits(0)
                        .out())
                .contains("\"endpoint\":\"10.0.0.7:8080\"");
        console().run("discover", "user").exits(3);
        register.signal("TERM").exits(0);
    }

    @Test
    void everyChangeIsFollowedWithRevisionAndReason() {
        CommandLineRun watch =
                console().start("discover", "user", "--watch", "-n", "4").awaitErr("following user");
        CommandLineRun register =
                console().start("register", "user", "a:1", "--id", "1").awaitErr("registered user/1");
        watch.awaitOut("\"event\":\"up\"");
        register.signal("TERM").exits(0);
        watch.awaitOut("\"event\":\"down\"");
        console().run("put", "services/user/2", "{\"Addr\":\"h:1\"}").exits(0);
        watch.exits(0);
        assertThat(watch.lines()).hasSize(4);
        assertThat(watch.lines().get(0))
                .matches("\\{\"event\":\"up\",\"revision\":[0-9]+,\"service\":\"user\",\"id\":\"1\",.*}");
        assertThat(watch.lines().get(1)).contains("\"event\":\"updated\"", "\"status\":\"leaving\"");
        assertThat(watch.lines().get(2)).contains("\"event\":\"down\"", "\"reason\":\"deregistered\"");
        assertThat(watch.lines().get(3)).contains("\"event\":\"up\"", "\"id\":\"2\"");
    }

    @Test
    void whoFollowsAStoreThatIsAwayIsToldWhyAndWhenItIsBack() {
        CommandLineRun watch = console().start("discover", "user", "--watch").awaitErr("following user");
        console().run("put", "services/user/1", "{\"Addr\":\"h:1\"}").exits(0);
        watch.awaitOut("\"event\":\"up\"");
        etcd.etcd().stop();
        try {
            watch.awaitErr("cannot follow etcd; what was known is kept (1 instances): UNAVAILABLE: ");
        } finally {
            etcd.etcd().start();
        }
        watch.awaitErr("live again");
        watch.signal("INT").exits(130);
    }

    @Test
    void aDirectoryIsFollowedOnATerminalLineByLine() {
        CommandLineRun watch =
                console().onTerminal().start("discover", "--dir", "", "--watch").awaitErr("following");
        console().run("put", "services/user/2", "{\"Addr\":\"h:1\"}").exits(0);
        watch.awaitOut("user/2  h:1  up  weight 100");
        watch.signal("INT").exits(130);
    }

    @Test
    void aWrappedCommandIsRegisteredWhileItRunsAndItsExitCodeIsOurs() throws IOException {
        Path flag = folder.resolve("go");
        CommandLineRun register = console()
                .start(
                        "register",
                        "user",
                        "a:1",
                        "--",
                        "sh",
                        "-c",
                        "while [ ! -e \"$0\" ]; do sleep 0.05; done; exit 7",
                        flag.toString())
                .awaitErr("registered user/a:1");
        console().run("discover", "user").exits(0);
        Files.createFile(flag);
        register.exits(7);
        console().run("discover", "user").exits(3);
    }

    @Test
    void aWrappedCommandGetsTheSignal() {
        CommandLineRun register = console()
                .start("register", "user", "a:1", "--", "sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.05; done")
                .awaitErr("registered user/a:1");
        register.signal("TERM").exits(9);
        console().run("discover", "user").exits(3);
    }

    @Test
    void aCommandThatCannotBeStartedIsAnError() {
        assertThat(console()
                        .run("register", "user", "a:1", "--", "/no/such/command")
                        .exits(1)
                        .err())
                .contains("/no/such/command");
    }

    @Test
    void registrationWaitsForThePortToListen() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CommandLineRun register = console()
                .start("register", "user", "127.0.0.1:" + port, "--when-listening")
                .awaitErr("waiting until");
        console().run("discover", "user").exits(3);
        try (ServerSocket socket = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            register.awaitErr("registered user/127.0.0.1:" + port)
                    .signal("TERM")
                    .exits(0);
        }
    }

    @Test
    void aConflictFailsWhereItIsAskedTo() {
        CommandLineRun first =
                console().start("register", "user", "a:1", "--id", "1").awaitErr("registered user/1");
        assertThat(console()
                        .start("register", "user", "b:1", "--id", "1", "--on-conflict", "fail")
                        .exits(1)
                        .err())
                .contains("user/1");
        first.signal("TERM").exits(0);
    }
}
