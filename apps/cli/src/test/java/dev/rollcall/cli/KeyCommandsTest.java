package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.EtcdExtension;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class KeyCommandsTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private CommandLineRun rollcall(String... args) {
        return CommandLineRun.at(etcd.endpoints()).run(args);
    }

    @Test
    void aKeyIsWrittenAndRead() {
        CommandLineRun put = rollcall("put", "a", "1").exits(0);
        assertThat(put.out()).matches("\\{\"key\":\"a\",\"revision\":[0-9]+}\n");
        assertThat(rollcall("get", "a").exits(0).out())
                .matches(
                        "\\{\"key\":\"a\",\"value\":\"1\",\"createRevision\":[0-9]+,\"modRevision\":[0-9]+,\"version\":1}\n");
        assertThat(rollcall("get", "a", "--value-only").exits(0).out()).isEqualTo("1");
    }

    @Test
    void onATerminalItIsATable() {
        rollcall("put", "a", "1").exits(0);
        CommandLineRun get =
                CommandLineRun.at(etcd.endpoints()).onTerminal().run("get", "a").exits(0);
        assertThat(get.lines().get(0)).matches("KEY +VALUE +CREATED +CHANGED +VERSION +LEASE");
        assertThat(get.lines().get(1)).matches("a +1 +[0-9]+ +[0-9]+ +1 +-");
        assertThat(CommandLineRun.at(etcd.endpoints())
                        .onTerminal()
                        .run("get", "a", "-o", "json")
                        .out())
                .startsWith("{");
        assertThat(rollcall("get", "a", "-o", "TABLE").out()).startsWith("KEY");
    }

    @Test
    void aKeyIsReadAsItWas() {
        rollcall("put", "a", "1");
        String revision = rollcall("get", "a").out().replaceAll(".*modRevision\":([0-9]+).*\n", "$1");
        rollcall("put", "a", "2");
        assertThat(rollcall("get", "a", "--revision", revision, "--value-only").out())
                .isEqualTo("1");
    }

    @Test
    void aValueComesFromStandardInput() {
        byte[] bytes = {0, 1, (byte) 0xff, '\n'};
        CommandLineRun.at(etcd.endpoints()).input(bytes).run("put", "b", "-").exits(0);
        assertThat(rollcall("get", "b", "--value-only").bytes()).isEqualTo(bytes);
        assertThat(rollcall("get", "b").out()).contains("\"valueBase64\":\"AAH/Cg==\"");
    }

    @Test
    void whatOthersStoredCannotSteerTheTerminal() {
        byte[] evil = "x\u001b]0;owned\u0007\r\ny\u202e".getBytes(StandardCharsets.UTF_8);
        CommandLineRun.at(etcd.endpoints())
                .input(evil)
                .run("put", "evil\u001b[2J", "-")
                .exits(0);
        for (String[] command : new String[][] {
            {"ls"},
            {"ls", "-o", "json"},
            {"get", "evil\u001b[2J"},
            {"get", "--value-only", "evil\u001b[2J"},
            {"ls", "none\u0007"}
        }) {
            CommandLineRun run =
                    CommandLineRun.at(etcd.endpoints()).onTerminal().run(command);
            assertThat(run.out() + run.err()).isNotEmpty().doesNotContain("\u001b", "\u0007", "\r", "\u202e");
        }
    }

    @Test
    void aDirectoryIsListedWithoutItsNeighbour() {
        rollcall("put", "/test/a", "1");
        rollcall("put", "/test/b", "2");
        rollcall("put", "/test1", "3");
        CommandLineRun ls = rollcall("ls", "/test/").exits(0);
        assertThat(ls.lines()).hasSize(2);
        assertThat(ls.out()).startsWith("[{\"key\":\"/test/a\",\"value\":\"1\"").endsWith("}]\n");
        assertThat(rollcall("ls", "/test/", "--keys-only").out()).doesNotContain("value");
        assertThat(rollcall("ls", "/test", "--count").out()).isEqualTo("{\"prefix\":\"/test\",\"count\":3}\n");
    }

    @Test
    void whatIsNotThereIsToldByTheExitCode() {
        assertThat(rollcall("get", "none").exits(3).err()).contains("there is no key none");
        assertThat(rollcall("ls", "none").exits(3).out()).isEqualTo("[]\n");
        assertThat(rollcall("rm", "none").exits(3).err()).contains("there is no key none");
        assertThat(rollcall("rm", "-r", "none/").exits(3).err()).contains("no key begins with none/");
        rollcall("lease", "ttl", "1234").exits(3);
        rollcall("lease", "revoke", "1234").exits(3);
    }

    @Test
    void keysAreDeleted() {
        rollcall("put", "d/1", "x");
        rollcall("put", "d/2", "x");
        rollcall("put", "d2", "x");
        assertThat(rollcall("rm", "d2").exits(0).out()).contains("\"deleted\":1");
        assertThat(rollcall("rm", "-r", "d/").exits(0).out()).contains("\"deleted\":2");
    }

    @Test
    void aWatchTellsEachChangeOnALineOfItsOwn() {
        CommandLineRun watch = CommandLineRun.at(etcd.endpoints())
                .start("watch", "-r", "w/", "-n", "3")
                .awaitErr("watching w/");
        rollcall("put", "w/1", "a");
        rollcall("put", "w1", "not seen");
        rollcall("put", "w/1", "b");
        rollcall("rm", "w/1");
        watch.exits(0);
        assertThat(watch.lines()).hasSize(3);
        assertThat(watch.lines().get(0)).contains("\"type\":\"create\"", "\"value\":\"a\"", "\"revision\":");
        assertThat(watch.lines().get(1)).contains("\"type\":\"put\"", "\"value\":\"b\"", "\"previous\":\"a\"");
        assertThat(watch.lines().get(2))
                .contains("\"type\":\"delete\"", "\"previous\":\"b\"")
                .doesNotContain("value");
    }

    @Test
    void aWatchEndsWhenItIsStopped() {
        assertThat(CommandLineRun.at(etcd.endpoints())
                        .start("watch", "k")
                        .awaitErr("watching k")
                        .signal("INT")
                        .code())
                .isEqualTo(130);
        assertThat(CommandLineRun.at(etcd.endpoints())
                        .start("watch", "k")
                        .awaitErr("watching k")
                        .signal("TERM")
                        .code())
                .isZero();
    }

    @Test
    void aLeaseIsGrantedUsedLookedAtAndRevoked() {
        String id =
                rollcall("lease", "grant", "60s").exits(0).out().replaceAll(".*\"lease\":\"([0-9a-f]+)\".*\n", "$1");
        rollcall("put", "l", "x", "--lease", id).exits(0);
        assertThat(rollcall("lease", "list").exits(0).out()).contains(id);
        assertThat(rollcall("lease", "ttl", id).exits(0).out())
                .matches("\\{\"lease\":\"" + id + "\",\"remaining\":(5\\d|60),\"granted\":60,\"keys\":\\[\"l\"]}\n");
        assertThat(CommandLineRun.at(etcd.endpoints())
                        .start("lease", "keep-alive", id)
                        .awaitErr("renewing the lease " + id)
                        .signal("TERM")
                        .code())
                .isZero();
        rollcall("lease", "revoke", id).exits(0);
        rollcall("get", "l").exits(3);
        rollcall("lease", "list").exits(3);
    }

    @Test
    void theStoreTellsHowItFares() {
        assertThat(rollcall("status").exits(0).out())
                .contains(
                        "\"endpoint\":\"" + etcd.endpoints().get(0) + "\"", "\"version\":\"3.5.16\"", "\"errors\":[]");
        assertThat(rollcall("members").exits(0).out()).contains("\"clientUrls\":[\"");
    }
}
