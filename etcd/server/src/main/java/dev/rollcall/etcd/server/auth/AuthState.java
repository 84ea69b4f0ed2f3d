package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.auth.Permission.Kind;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All users, roles and rights at one moment, and the answers to who may do what. Immutable: a change makes another one. While
 * authentication is off everybody may do everything.
 */
public final class AuthState {
    /** Nobody and nothing, and authentication off. */
    public static final AuthState EMPTY = new AuthState(false, 1, new TreeMap<>(), new TreeMap<>());

    private final boolean enabled;
    private final long revision;
    private final SortedMap<String, User> users;
    private final SortedMap<String, Role> roles;

    /** What each user may do, worked out when it is first asked for. */
    private final Map<String, Rights> rights = new ConcurrentHashMap<>();

    AuthState(boolean enabled, long revision, SortedMap<String, User> users, SortedMap<String, Role> roles) {
        this.enabled = enabled;
        this.revision = revision;
        this.users = users;
        this.roles = roles;
    }

    /** The state that these parts make up. */
    public static AuthState of(boolean enabled, long revision, List<User> users, List<Role> roles) {
        TreeMap<String, User> usersByName = new TreeMap<>();
        users.forEach(user -> usersByName.put(user.name(), user));
        TreeMap<String, Role> rolesByName = new TreeMap<>();
        roles.forEach(role -> rolesByName.put(role.name(), role));
        return new AuthState(enabled, revision, usersByName, rolesByName);
    }

    /** Whether callers must say who they are. */
    public boolean enabled() {
        return enabled;
    }

    /** 1 at first, one more with every change but that of switching authentication on. */
    public long revision() {
        return revision;
    }

    /** All users, by name. */
    public Collection<User> users() {
        return List.copyOf(users.values());
    }

    /** All roles, by name. */
    public Collection<Role> roles() {
        return List.copyOf(roles.values());
    }

    /**
     * A user.
     *
     * @throws Refusal when there is none of this name
     */
    public User user(String name) {
        User user = users.get(name);
        if (user == null) {
            throw new Refusal(Reason.USER_NOT_FOUND);
        }
        return user;
    }

    /**
     * A role.
     *
     * @throws Refusal when there is none of this name
     */
    public Role role(String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw new Refusal(Reason.ROLE_NOT_FOUND);
        }
        return role;
    }

    /**
     * Finds the password hash that a login must match; null when no password ever does.
     *
     * @throws Refusal when authentication is off, or this user has no password
     */
    public @Nullable PasswordHash login(String name) {
        if (!enabled) {
            throw new Refusal(Reason.AUTH_NOT_ENABLED);
        }
        User user = users.get(name);
        if (user == null) {
            return null;
        }
        if (user.password() == null) {
            throw new Refusal(Reason.NO_PASSWORD_USER);
        }
        return user.password();
    }

    /** Refuses who has not said who it is, or is no user any more. */
    public void requireUser(Actor actor) {
        if (enabled && !actor.isServer()) {
            if (actor.isNobody()) {
                throw new Refusal(Reason.USER_EMPTY);
            }
            if (!users.containsKey(actor.user())) {
                throw new Refusal(Reason.PERMISSION_DENIED);
            }
        }
    }

    /** Refuses who does not have the role root. */
    public void requireRoot(Actor actor) {
        requireUser(actor);
        if (enabled && !actor.isServer() && !user(actor.user()).isRoot()) {
            throw new Refusal(Reason.PERMISSION_DENIED);
        }
    }

    /** Refuses who is neither this user nor root. */
    public void requireSelf(Actor actor, String user) {
        if (!enabled || actor.isNobody() || !actor.user().equals(user)) {
            requireRoot(actor);
        }
    }

    /** Refuses who neither has this role nor is root. */
    public void requireHolder(Actor actor, String role) {
        User user = users.get(actor.user());
        if (user == null || !user.roles().contains(role)) {
            requireRoot(actor);
        }
    }

    /** Refuses who may not read all of a range. */
    public void requireRead(Actor actor, KeyRange range) {
        require(actor, range, Kind.READ);
    }

    /** Refuses who may not write all of a range. */
    public void requireWrite(Actor actor, KeyRange range) {
        require(actor, range, Kind.WRITE);
    }

    private void require(Actor actor, KeyRange range, Kind kind) {
        if (!enabled || actor.isServer()) {
            return;
        }
        if (actor.isNobody()) {
            throw new Refusal(Reason.USER_EMPTY);
        }
        if (actor.revision() < revision) {
            throw new Refusal(Reason.AUTH_OLD_REVISION);
        }
        User user = users.get(actor.user());
        if (user == null || !(user.isRoot() || rights(user).cover(kind).covers(range))) {
            throw new Refusal(Reason.PERMISSION_DENIED);
        }
    }

    private Rights rights(User user) {
        return rights.computeIfAbsent(user.name(), name -> new Rights(cover(user, Kind.READ), cover(user, Kind.WRITE)));
    }

    private KeyCover cover(User user, Kind kind) {
        List<KeyRange> ranges = new ArrayList<>();
        for (String name : user.roles()) {
            Role role = roles.get(name);
            if (role != null) {
                role.permissions().stream()
                        .filter(permission -> permission.kind().allows(kind))
                        .forEach(permission -> ranges.add(permission.range()));
            }
        }
        return new KeyCover(ranges);
    }

    /**
     * The state after a change.
     *
     * @throws Refusal when it cannot be made
     */
    public AuthState after(AuthChange change) {
        return new AuthEdit(enabled, revision, users, roles).apply(this, change);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthState that
                && enabled == that.enabled
                && revision == that.revision
                && users.equals(that.users)
                && roles.equals(that.roles);
    }

    @Override
    public int hashCode() {
        return Objects.hash(enabled, revision, users, roles);
    }

    @Override
    public String toString() {
        return "AuthState[enabled=" + enabled + ", revision=" + revision + ", users=" + users.keySet() + ", roles="
                + roles.keySet() + "]";
    }

    private record Rights(KeyCover reads, KeyCover writes) {
        KeyCover cover(Kind kind) {
            return kind == Kind.READ ? reads : writes;
        }
    }
}
