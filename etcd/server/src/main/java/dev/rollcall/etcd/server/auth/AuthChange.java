package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.mvcc.Bytes;
import org.jspecify.annotations.Nullable;

/** One change of users, roles and rights. */
public sealed interface AuthChange {

    /** From now on callers must say who they are. */
    record Enable() implements AuthChange {}

    /** From now on they need not. */
    record Disable() implements AuthChange {}

    /** Adds a user; one without a password can never log in by one. */
    record AddUser(String user, @Nullable PasswordHash password) implements AuthChange {}

    /** Deletes a user. */
    record DeleteUser(String user) implements AuthChange {}

    /** Gives a user another password; one who has none gets none. */
    record ChangePassword(String user, PasswordHash password) implements AuthChange {}

    /** Gives a user a role. */
    record GrantRole(String user, String role) implements AuthChange {}

    /** Takes a role from a user. */
    record RevokeRole(String user, String role) implements AuthChange {}

    /** Adds a role that may do nothing yet. */
    record AddRole(String role) implements AuthChange {}

    /** Deletes a role, and takes it from all users. */
    record DeleteRole(String role) implements AuthChange {}

    /** Lets a role do more, or something else with the same range. */
    record GrantPermission(String role, @Nullable Permission permission) implements AuthChange {}

    /** Takes a permission from a role, by exactly the key and the end it was given with. */
    record RevokePermission(String role, Bytes key, Bytes rangeEnd) implements AuthChange {}
}
