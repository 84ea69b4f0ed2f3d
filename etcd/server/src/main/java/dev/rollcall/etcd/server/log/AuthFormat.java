package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.PasswordHash;
import dev.rollcall.etcd.server.auth.Permission;
import dev.rollcall.etcd.server.auth.Role;
import dev.rollcall.etcd.server.auth.User;
import dev.rollcall.etcd.server.mvcc.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of users, roles and rights, and of their changes. Of passwords there are hashes only, and tokens are never kept. */
final class AuthFormat {
    private static final int ENABLE = 1;
    private static final int DISABLE = 2;
    private static final int ADD_USER = 3;
    private static final int DELETE_USER = 4;
    private static final int CHANGE_PASSWORD = 5;
    private static final int GRANT_ROLE = 6;
    private static final int REVOKE_ROLE = 7;
    private static final int ADD_ROLE = 8;
    private static final int DELETE_ROLE = 9;
    private static final int GRANT_PERMISSION = 10;
    private static final int REVOKE_PERMISSION = 11;

    private static final int ABSENT = 0;
    private static final int PBKDF2_SHA256 = 1;

    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int READ_WRITE = 3;

    private AuthFormat() {}

    static void change(AuthChange change, Encoder out) {
        if (change instanceof AuthChange.Enable) {
            out.tag(ENABLE);
        } else if (change instanceof AuthChange.Disable) {
            out.tag(DISABLE);
        } else if (change instanceof AuthChange.AddUser add) {
            text(add.user(), out.tag(ADD_USER));
            password(add.password(), out);
        } else if (change instanceof AuthChange.DeleteUser delete) {
            text(delete.user(), out.tag(DELETE_USER));
        } else if (change instanceof AuthChange.ChangePassword next) {
            text(next.user(), out.tag(CHANGE_PASSWORD));
            password(next.password(), out);
        } else if (change instanceof AuthChange.GrantRole grant) {
            text(grant.role(), text(grant.user(), out.tag(GRANT_ROLE)));
        } else if (change instanceof AuthChange.RevokeRole revoke) {
            text(revoke.role(), text(revoke.user(), out.tag(REVOKE_ROLE)));
        } else if (change instanceof AuthChange.AddRole add) {
            text(add.role(), out.tag(ADD_ROLE));
        } else if (change instanceof AuthChange.DeleteRole delete) {
            text(delete.role(), out.tag(DELETE_ROLE));
        } else if (change instanceof AuthChange.GrantPermission grant) {
            permission(grant.permission(), text(grant.role(), out.tag(GRANT_PERMISSION)));
        } else if (change instanceof AuthChange.RevokePermission revoke) {
            text(revoke.role(), out.tag(REVOKE_PERMISSION)).bytes(revoke.key()).bytes(revoke.rangeEnd());
        }
    }

    static AuthChange change(Decoder in) {
        int tag = in.tag();
        return switch (tag) {
            case ENABLE -> new AuthChange.Enable();
            case DISABLE -> new AuthChange.Disable();
            case ADD_USER -> new AuthChange.AddUser(text(in), password(in));
            case DELETE_USER -> new AuthChange.DeleteUser(text(in));
            case CHANGE_PASSWORD -> new AuthChange.ChangePassword(text(in), present(password(in)));
            case GRANT_ROLE -> new AuthChange.GrantRole(text(in), text(in));
            case REVOKE_ROLE -> new AuthChange.RevokeRole(text(in), text(in));
            case ADD_ROLE -> new AuthChange.AddRole(text(in));
            case DELETE_ROLE -> new AuthChange.DeleteRole(text(in));
            case GRANT_PERMISSION -> new AuthChange.GrantPermission(text(in), permission(in));
            case REVOKE_PERMISSION -> new AuthChange.RevokePermission(text(in), in.bytes(), in.bytes());
            default -> throw new IllegalArgumentException("there is no change of rights " + tag);
        };
    }

    static void actor(Actor actor, Encoder out) {
        text(actor.user(), out).number(actor.revision());
    }

    static Actor actor(Decoder in) {
        return new Actor(text(in), in.number());
    }

    static void user(User user, Encoder out) {
        text(user.name(), out);
        password(user.password(), out);
        out.number(user.roles().size());
        user.roles().forEach(role -> text(role, out));
    }

    static User user(Decoder in) {
        String name = text(in);
        PasswordHash password = password(in);
        int count = in.count();
        List<String> roles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            roles.add(text(in));
        }
        return new User(name, password, List.copyOf(roles));
    }

    static void role(Role role, Encoder out) {
        text(role.name(), out).number(role.permissions().size());
        role.permissions().forEach(permission -> permission(permission, out));
    }

    static Role role(Decoder in) {
        String name = text(in);
        int count = in.count();
        List<Permission> permissions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            permissions.add(present(permission(in)));
        }
        return new Role(name, List.copyOf(permissions));
    }

    private static void password(@Nullable PasswordHash password, Encoder out) {
        if (password == null) {
            out.tag(ABSENT);
        } else {
            out.tag(PBKDF2_SHA256)
                    .number(password.iterations())
                    .bytes(password.salt())
                    .bytes(password.hash());
        }
    }

    private static @Nullable PasswordHash password(Decoder in) {
        int tag = in.tag();
        return switch (tag) {
            case ABSENT -> null;
            case PBKDF2_SHA256 -> new PasswordHash(in.count(), in.bytes(), in.bytes());
            default -> throw new IllegalArgumentException("there is no kind of password " + tag);
        };
    }

    private static void permission(@Nullable Permission permission, Encoder out) {
        if (permission == null) {
            out.tag(ABSENT);
            return;
        }
        int kind = switch (permission.kind()) {
            case READ -> READ;
            case WRITE -> WRITE;
            case READ_WRITE -> READ_WRITE;
        };
        out.tag(kind).bytes(permission.key()).bytes(permission.rangeEnd());
    }

    private static @Nullable Permission permission(Decoder in) {
        int tag = in.tag();
        return switch (tag) {
            case ABSENT -> null;
            case READ -> new Permission(Permission.Kind.READ, in.bytes(), in.bytes());
            case WRITE -> new Permission(Permission.Kind.WRITE, in.bytes(), in.bytes());
            case READ_WRITE -> new Permission(Permission.Kind.READ_WRITE, in.bytes(), in.bytes());
            default -> throw new IllegalArgumentException("there is no kind of permission " + tag);
        };
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("a part is missing");
        }
        return value;
    }

    private static Encoder text(String text, Encoder out) {
        return out.bytes(Bytes.utf8(text));
    }

    private static String text(Decoder in) {
        return in.bytes().toString();
    }
}
