package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes one change to a copy, with etcd's refusals in etcd's order. */
final class AuthEdit {
    private boolean enabled;
    private long revision;
    private final SortedMap<String, User> users;
    private final SortedMap<String, Role> roles;

    AuthEdit(boolean enabled, long revision, SortedMap<String, User> users, SortedMap<String, Role> roles) {
        this.enabled = enabled;
        this.revision = revision;
        this.users = new TreeMap<>(users);
        this.roles = new TreeMap<>(roles);
    }

    /** The state after a change; the one before where it changes nothing. */
    AuthState apply(AuthState before, AuthChange change) {
        if (change instanceof AuthChange.Enable) {
            enable();
            return new AuthState(enabled, revision, users, roles);
        }
        if (!changes(change)) {
            return before;
        }
        revision++;
        return new AuthState(enabled, revision, users, roles);
    }

    private boolean changes(AuthChange change) {
        if (change instanceof AuthChange.Disable) {
            boolean was = enabled;
            enabled = false;
            return was;
        }
        if (change instanceof AuthChange.AddUser add) {
            addUser(add.user(), add.password());
        } else if (change instanceof AuthChange.DeleteUser delete) {
            require(!enabled || !delete.user().equals(User.ROOT), Reason.INVALID_AUTH_MANAGEMENT);
            user(delete.user());
            users.remove(delete.user());
        } else if (change instanceof AuthChange.ChangePassword next) {
            User user = user(next.user());
            put(new User(user.name(), user.password() == null ? null : next.password(), user.roles()));
        } else if (change instanceof AuthChange.GrantRole grant) {
            return grantRole(grant.user(), grant.role());
        } else if (change instanceof AuthChange.RevokeRole revoke) {
            boolean rootOfRoot =
                    revoke.user().equals(User.ROOT) && revoke.role().equals(User.ROOT);
            require(!enabled || !rootOfRoot, Reason.INVALID_AUTH_MANAGEMENT);
            User user = user(revoke.user());
            require(user.roles().contains(revoke.role()), Reason.ROLE_NOT_GRANTED);
            put(without(user, revoke.role()));
        } else {
            changeRole(change);
        }
        return true;
    }

    private void changeRole(AuthChange change) {
        if (change instanceof AuthChange.AddRole add) {
            require(!add.role().isEmpty(), Reason.ROLE_EMPTY);
            require(!roles.containsKey(add.role()), Reason.ROLE_EXISTS);
            roles.put(add.role(), new Role(add.role(), List.of()));
        } else if (change instanceof AuthChange.DeleteRole delete) {
            require(!enabled || !delete.role().equals(User.ROOT), Reason.INVALID_AUTH_MANAGEMENT);
            role(delete.role());
            roles.remove(delete.role());
            users.replaceAll((name, user) -> without(user, delete.role()));
        } else if (change instanceof AuthChange.GrantPermission grant) {
            grantPermission(grant.role(), grant.permission());
        } else if (change instanceof AuthChange.RevokePermission revoke) {
            Role role = role(revoke.role());
            List<Permission> kept = new ArrayList<>(role.permissions());
            require(kept.removeIf(held -> held.isOf(revoke.key(), revoke.rangeEnd())), Reason.PERMISSION_NOT_GRANTED);
            roles.put(role.name(), new Role(role.name(), List.copyOf(kept)));
        }
    }

    private void enable() {
        if (!enabled) {
            User root = users.get(User.ROOT);
            require(root != null, Reason.ROOT_USER_MISSING);
            require(root != null && root.isRoot(), Reason.ROOT_ROLE_MISSING);
            enabled = true;
        }
    }

    private void addUser(String name, @Nullable PasswordHash password) {
        require(!name.isEmpty(), Reason.USER_EMPTY);
        require(!users.containsKey(name), Reason.USER_EXISTS);
        put(new User(name, password, List.of()));
    }

    /** The role root needs not be there to be granted. */
    private boolean grantRole(String name, String role) {
        User user = user(name);
        if (!role.equals(User.ROOT)) {
            role(role);
        }
        TreeSet<String> held = new TreeSet<>(user.roles());
        boolean isNew = held.add(role);
        put(new User(name, user.password(), List.copyOf(held)));
        return isNew;
    }

    private void grantPermission(String name, @Nullable Permission granted) {
        if (granted == null) {
            throw new Refusal(Reason.PERMISSION_NOT_GIVEN);
        }
        require(granted.isValid(), Reason.INVALID_AUTH_MANAGEMENT);
        Role role = role(name);
        List<Permission> held = new ArrayList<>(role.permissions());
        int at = 0;
        while (at < held.size() && held.get(at).key().compareTo(granted.key()) <= 0) {
            if (held.get(at).isOf(granted.key(), granted.rangeEnd())) {
                held.remove(at);
                break;
            }
            at++;
        }
        held.add(at, granted);
        roles.put(name, new Role(name, List.copyOf(held)));
    }

    private static User without(User user, String role) {
        return new User(
                user.name(),
                user.password(),
                user.roles().stream().filter(held -> !held.equals(role)).toList());
    }

    private void put(User user) {
        users.put(user.name(), user);
    }

    private User user(String name) {
        User user = users.get(name);
        if (user == null) {
            throw new Refusal(Reason.USER_NOT_FOUND);
        }
        return user;
    }

    private Role role(String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw new Refusal(Reason.ROLE_NOT_FOUND);
        }
        return role;
    }

    private static void require(boolean held, Reason otherwise) {
        if (!held) {
            throw new Refusal(otherwise);
        }
    }
}
