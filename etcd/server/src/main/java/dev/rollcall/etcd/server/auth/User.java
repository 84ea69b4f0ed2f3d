package dev.rollcall.etcd.server.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param password null when the user can never log in by one
 * @param roles names of roles, sorted
 */
public record User(String name, @Nullable PasswordHash password, List<String> roles) {
    /** The user that must be there for authentication to be switched on, and the role that may do everything. */
    public static final String ROOT = "root";

    boolean isRoot() {
        return roles.contains(ROOT);
    }
}
