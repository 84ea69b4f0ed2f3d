package dev.rollcall.etcd;

import java.util.Objects;

/** A user and a password. Never printed: {@link #toString()} shows the user only. */
public final class Credentials {

    private final String user;
    private final String password;

    private Credentials(String user, String password) {
        this.user = Objects.requireNonNull(user, "user");
        this.password = Objects.requireNonNull(password, "password");
    }

    /** A user and a password. */
    public static Credentials of(String user, String password) {
        return new Credentials(user, password);
    }

    /** Reads {@code user:password}, as etcdctl's {@code --user} takes it. */
    public static Credentials parse(String userAndPassword) {
        int colon = userAndPassword.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a user is given as NAME:PASSWORD");
        }
        return of(userAndPassword.substring(0, colon), userAndPassword.substring(colon + 1));
    }

    /** The user. */
    public String user() {
        return user;
    }

    String password() {
        return password;
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
