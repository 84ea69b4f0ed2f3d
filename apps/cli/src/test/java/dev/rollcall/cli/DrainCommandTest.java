package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DrainCommandTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static CommandLineRun console() {
        return CommandLineRun.at(etcd.endpoints());
    }

    private static CommandLineRun registered(String id, String address) {
        return console().start("register", "user", address, "--id", id).awaitErr("registered user/" + id);
    }

    @Test
    void anInstanceIsTakenOutAndBackAndShownAsSuch() {
        CommandLineRun one = registered("1", "10.0.0.7:8080");
        CommandLineRun two = registered("2", "10.0.0.8:8080");

        CommandLineRun drain = console()
                .run("drain", "user", "1", "--reason", "the disk is full")
                .exits(0);
        assertThat(drain.out())
                .matches(
                        "\\{\"service\":\"user\",\"id\":\"1\",\"incarnation\":\"[0-9a-f]{16}\",\"reason\":\"the disk is full\"}\n");
        assertThat(drain.err()).isEmpty();
        assertThat(console().run("instances", "user").exits(0).lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"id\":\"1\"", "\"out\":\"the disk is full\""),
                        line -> assertThat(line).contains("\"id\":\"2\"").doesNotContain("\"out\""));
        assertThat(console().run("discover", "user").exits(0).lines().get(0))
                .contains("\"status\":\"up\"", "\"out\":\"the disk is full\"");
        assertThat(console().onTerminal().run("instances", "user").exits(0).out())
                .contains("OUT", "taken out by hand: the disk is full");
        assertThat(console().onTerminal().run("discover", "--dir", "").exits(0).out())
                .contains("OUT", "taken out by hand: the disk is full");

        CommandLineRun resume =
                console().run("resume", "user", "1", "--reason", "a new disk").exits(0);
        assertThat(resume.out()).contains("\"id\":\"1\"", "\"reason\":\"the disk is full\"");
        assertThat(resume.err()).contains("user/1 is back in service: a new disk");
        assertThat(console().run("discover", "user").exits(0).out()).doesNotContain("\"out\"");
        assertThat(console().run("resume", "user", "1").exits(3).err()).contains("not taken out");
        one.signal("TERM").exits(0);
        two.signal("TERM").exits(0);
    }

    @Test
    void theLastOneIsTakenOutToo() {
        CommandLineRun one = registered("1", "10.0.0.7:8080");
        assertThat(console().run("drain", "user", "1", "--reason", "x").exits(0).err())
                .contains("no instance of user is left in service");
        one.signal("TERM").exits(0);
        console().run("get", "rollcall/overlay/services/user/1").exits(3);
    }

    @Test
    void whoIsNotRegisteredCannotBeTakenOut() {
        assertThat(console().run("drain", "user", "1", "--reason", "x").exits(3).err())
                .contains("user/1 is not registered");
    }

    @Test
    void whatIsLeftOfAnIncarnationThatIsGoneIsSaidAndRemoved() {
        console().run("put", "services/user/1", "{\"Addr\":\"h:1\"}").exits(0);
        CommandLineRun drain =
                console().run("drain", "user", "1", "--reason", "x").exits(0);
        assertThat(drain.out()).contains("\"incarnation\":\"@");
        assertThat(drain.err()).contains("names no incarnation");
        console().run("rm", "services/user/1").exits(0);
        console().run("put", "services/user/1", "{\"Addr\":\"h:1\"}").exits(0);

        CommandLineRun instances = console().run("instances", "user").exits(0);
        assertThat(instances.out()).doesNotContain("\"out\"");
        assertThat(instances.err())
                .contains("left of an incarnation of user/1 that is gone: taken out by hand: x; 'rollcall resume");
        console().run("put", "rollcall/overlay/services/user/2", "graffiti").exits(0);
        assertThat(console().run("instances", "user").exits(0).err())
                .contains("cannot read rollcall/overlay/services/user/2: not JSON");

        console().run("resume", "user", "1").exits(0);
        console().run("resume", "user", "2").exits(0);
        assertThat(console().run("instances", "user").exits(0).err()).isEmpty();
    }

    @Test
    void whoFollowsIsToldWhoIsOutAndWhoIsBack() {
        CommandLineRun one = registered("1", "10.0.0.7:8080");
        CommandLineRun watch =
                console().start("discover", "user", "--watch", "-n", "3").awaitOut("\"event\":\"up\"");
        console().run("drain", "user", "1", "--reason", "x").exits(0);
        watch.awaitOut("\"event\":\"out\"");
        console().run("resume", "user", "1").exits(0);
        watch.exits(0);
        assertThat(watch.lines().get(1)).contains("\"id\":\"1\"", "\"out\":\"x\"");
        assertThat(watch.lines().get(2)).contains("\"event\":\"back\"").doesNotContain("\"out\"");
        one.signal("TERM").exits(0);
    }

    @Test
    void aPlainKeyspaceBehindAPrefixHasOverlaysToo() {
        CommandLineRun run =
                console().with("ROLLCALL_KEYSPACE", "plain:/service").with("ROLLCALL_PREFIX", "acme");
        CommandLineRun register = console()
                .with("ROLLCALL_KEYSPACE", "plain:/service")
                .with("ROLLCALL_PREFIX", "acme")
                .start("register", "user", "10.0.0.7:8080", "--id", "1")
                .awaitErr("registered user/1");
        run.run("drain", "user", "1", "--reason", "x").exits(0);
        console().run("get", "rollcall/overlay/acme/service/user/1").exits(0);
        register.signal("TERM").exits(0);
    }
}
