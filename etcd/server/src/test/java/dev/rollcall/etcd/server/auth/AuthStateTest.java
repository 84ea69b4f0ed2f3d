package dev.rollcall.etcd.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AuthStateTest {
    private static final Actor USER = new Actor("user", 100);
    private static final Actor ROOT = new Actor("root", 100);

    private AuthState state = AuthState.EMPTY;

    private void change(AuthChange... changes) {
        for (AuthChange change : changes) {
            state = state.after(change);
        }
    }

    /** Root, and a user with a role that may read these ranges. */
    private void enableWith(String... ranges) {
        change(
                new AuthChange.AddUser("root", null),
                new AuthChange.GrantRole("root", "root"),
                new AuthChange.AddUser("user", null),
                new AuthChange.AddRole("role"),
                new AuthChange.GrantRole("user", "role"),
                new AuthChange.Enable());
        for (String range : ranges) {
            String[] ends = range.split("-", -1);
            change(new AuthChange.GrantPermission(
                    "role", new Permission(Permission.Kind.READ, Bytes.utf8(ends[0]), Bytes.utf8(ends[1]))));
        }
    }

    private static KeyRange range(String from, String to) {
        return KeyRange.of(Bytes.utf8(from), Bytes.utf8(to));
    }

    private boolean mayRead(String from, String to) {
        try {
            state.requireRead(USER, range(from, to));
            return true;
        } catch (RuntimeException e) {
            assertThat(e).hasMessage(Reason.PERMISSION_DENIED.text());
            return false;
        }
    }

    @Test
    void rangesThatOverlapOrTouchAreOne() {
        enableWith("d-f", "a-c", "c-d", "e-h", "k-");
        assertThat(mayRead("a", "h")).isTrue();
        assertThat(mayRead("b", "")).isTrue();
        assertThat(mayRead("h", "")).isFalse();
        assertThat(mayRead("a", "h0")).isFalse();
        assertThat(mayRead("0", "b")).isFalse();
        assertThat(mayRead("k", "")).isTrue();
        assertThat(mayRead("k0", "")).isFalse();
        assertThat(mayRead("a", "\0")).isFalse();
    }

    @Test
    void aRangeWithinAnotherDoesNotShortenIt() {
        enableWith("a-z", "b-c", "x-\0");
        assertThat(mayRead("b", "y")).isTrue();
        assertThat(mayRead("a", "\0")).isTrue();
    }

    @Test
    void aRightToReadIsNoneToWrite() {
        enableWith("a-b");
        assertThatThrownBy(() -> state.requireWrite(USER, range("a", ""))).hasMessage(Reason.PERMISSION_DENIED.text());
    }

    @Test
    void rootAndTheServerMayEverything() {
        enableWith();
        state.requireWrite(ROOT, range("\0", "\0"));
        state.requireWrite(Actor.SERVER, range("\0", "\0"));
        state.requireRoot(Actor.SERVER);
    }

    @Test
    void whoWasRecognisedBeforeAChangeMustAskAgain() {
        enableWith("a-b");
        Actor early = new Actor("user", state.revision() - 1);
        assertThatThrownBy(() -> state.requireRead(early, range("a", ""))).hasMessage(Reason.AUTH_OLD_REVISION.text());
        state.requireRead(new Actor("user", state.revision()), range("a", ""));
        assertThatThrownBy(() -> state.requireRead(Actor.NOBODY, range("a", "")))
                .hasMessage(Reason.USER_EMPTY.text());
    }

    @Test
    void anOldStateStaysAsItWas() {
        enableWith("a-b");
        AuthState before = state;
        change(new AuthChange.RevokePermission("role", Bytes.utf8("a"), Bytes.utf8("b")), new AuthChange.Disable());
        before.requireRead(USER, range("a", ""));
        assertThat(before.enabled()).isTrue();
        assertThat(before.role("role").permissions()).hasSize(1);
    }

    @Test
    void aUserWhoIsGoneMayNothing() {
        enableWith("a-b");
        change(new AuthChange.DeleteUser("user"));
        assertThat(mayRead("a", "")).isFalse();
        assertThatThrownBy(() -> state.requireUser(USER)).hasMessage(Reason.PERMISSION_DENIED.text());
    }

    @Test
    void aUserWithoutAPasswordGetsNone() {
        change(new AuthChange.AddUser("a", null));
        change(new AuthChange.ChangePassword("a", PasswordHash.of("canary-x", Bytes.utf8("salt"))));
        assertThat(state.user("a").password()).isNull();
    }

    @Test
    void aPasswordIsRecognisedAndNotShown() {
        PasswordHash hash = PasswordHash.of("canary-pässword", Bytes.utf8("salt"));
        assertThat(hash.matches("canary-pässword")).isTrue();
        assertThat(hash.matches("canary-passwort")).isFalse();
        assertThat(PasswordHash.of("", Bytes.utf8("salt")).matches("")).isTrue();
        assertThat(PasswordHash.of("canary-pässword", Bytes.utf8("pepper"))).isNotEqualTo(hash);
        assertThat(new AuthChange.AddUser("a", hash).toString()).doesNotContain("canary", "hash=");
        assertThat(new User("a", hash, List.of()).toString()).doesNotContain("canary");
    }

    @Test
    void aTokenLivesWhileItIsUsed() {
        Tokens tokens = new Tokens();
        long second = TimeUnit.SECONDS.toNanos(1);
        tokens.add("t", "user", 4 * second, 0);
        assertThat(tokens.use("t", 3 * second)).isEqualTo("user");
        assertThat(tokens.use("t", 6 * second)).isEqualTo("user");
        assertThat(tokens.use("t", 10 * second)).isNull();
        assertThat(tokens.use("other", 0)).isNull();
    }

    @Test
    void tokensOfAUserAreForgottenTogether() {
        Tokens tokens = new Tokens();
        tokens.add("1", "a", 100, 0);
        tokens.add("2", "b", 100, 0);
        tokens.forget("a");
        assertThat(tokens.use("1", 1)).isNull();
        assertThat(tokens.use("2", 1)).isEqualTo("b");
        tokens.forgetAll();
        assertThat(tokens.use("2", 1)).isNull();
    }
}
