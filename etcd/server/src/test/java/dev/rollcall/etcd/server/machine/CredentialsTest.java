package dev.rollcall.etcd.server.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.auth.Actor;
import org.junit.jupiter.api.Test;

/** What is printed, in a log line or an error, lets nobody in. */
class CredentialsTest {

    @Test
    void aLoginAndItsTokenAreNotPrinted() {
        Command login = new Command.Authenticate("somebody", null, "canary", 1);
        assertThat(login).asString().contains("somebody").doesNotContain("canary");
        assertThat(new Command.As(Actor.SERVER, login)).asString().doesNotContain("canary");
        assertThat(new Outcome.Token(7, "canary.7")).asString().contains("7").doesNotContain("canary");
    }
}
