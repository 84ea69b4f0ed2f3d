package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a command: a tag and its parts. What only shapes an answer, such as the order of a range, is left out, but for what needs a
 * right of its own. Logins are only read, in logs of earlier versions: no token outlives the server. A tag keeps its
 * meaning for ever; so does what the machine makes of it, for the log is carried out anew at every start.
 */
final class CommandFormat {
    private static final int PUT = 1;
    private static final int DELETE = 2;
    private static final int TXN = 3;
    private static final int RANGE = 4;
    private static final int COMPACT = 5;
    private static final int GRANT = 6;
    private static final int REVOKE = 7;
    private static final int RESTART = 8;
    private static final int RAISE = 9;
    private static final int DISARM = 10;
    private static final int DELETE_TOLD = 20;
    private static final int AS = 21;
    private static final int CHANGE_AUTH = 22;
    private static final int AUTHENTICATE = 23;

    private static final int NOSPACE = 1;
    private static final int CORRUPT = 2;

    private static final int IGNORE_VALUE = 1;
    private static final int IGNORE_LEASE = 2;
    private static final int TELL_PREVIOUS = 4;
    private static final int ALL_FLAGS = IGNORE_VALUE | IGNORE_LEASE | TELL_PREVIOUS;

    private static final int SINGLE = 0;
    private static final int BOUNDED = 1;
    private static final int ENDLESS = 2;

    private CommandFormat() {}

    /** The bytes of a command that {@link Command#lasts()}. */
    static byte[] encode(Command command) {
        Encoder out = new Encoder();
        encode(command, out);
        return out.toBytes();
    }

    private static void encode(Command command, Encoder out) {
        if (command instanceof Command.Execute execute) {
            encode(execute.op(), out);
        } else if (command instanceof Command.As as) {
            AuthFormat.actor(as.actor(), out.tag(AS));
            encode(as.command(), out);
        } else if (command instanceof Command.ChangeAuth change) {
            AuthFormat.change(change.change(), out.tag(CHANGE_AUTH));
        } else if (command instanceof Command.Compact compact) {
            out.tag(COMPACT).number(compact.revision());
        } else if (command instanceof Command.Grant grant) {
            out.tag(GRANT).number(grant.id()).number(grant.ttlSeconds());
        } else if (command instanceof Command.Revoke revoke) {
            out.tag(REVOKE).number(revoke.id());
        } else if (command instanceof Command.SetAlarm set) {
            out.tag(set.active() ? RAISE : DISARM);
            alarm(set.alarm(), out);
        } else if (command instanceof Command.Restart) {
            out.tag(RESTART);
        } else {
            throw new IllegalArgumentException(command + " is nothing to be kept");
        }
    }

    /** @throws IllegalArgumentException when something in it means nothing here: it is damaged, or a newer version wrote it */
    static Command decode(byte[] bytes) {
        return command(new Decoder(bytes));
    }

    private static Command command(Decoder in) {
        int tag = in.tag();
        return switch (tag) {
            case AS -> new Command.As(AuthFormat.actor(in), command(in));
            case CHANGE_AUTH -> new Command.ChangeAuth(AuthFormat.change(in));
            case AUTHENTICATE -> new Command.Authenticate("", null, "", 0);
            case COMPACT -> new Command.Compact(in.number());
            case GRANT -> new Command.Grant(in.number(), in.number());
            case REVOKE -> new Command.Revoke(in.number());
            case RAISE -> new Command.SetAlarm(alarm(in), true);
            case DISARM -> new Command.SetAlarm(alarm(in), false);
            case RESTART -> new Command.Restart();
            default -> new Command.Execute(op(tag, in));
        };
    }

    static void alarm(Alarm alarm, Encoder out) {
        out.number(alarm.memberId()).tag(alarm.kind() == Alarm.Kind.NOSPACE ? NOSPACE : CORRUPT);
    }

    static Alarm alarm(Decoder in) {
        return new Alarm(in.number(), kind(in.tag()));
    }

    private static Alarm.Kind kind(int tag) {
        return switch (tag) {
            case NOSPACE -> Alarm.Kind.NOSPACE;
            case CORRUPT -> Alarm.Kind.CORRUPT;
            default -> throw new IllegalArgumentException("there is no alarm " + tag);
        };
    }

    private static void encode(Op op, Encoder out) {
        if (op instanceof Op.Put put) {
            int flags = (put.ignoreValue() ? IGNORE_VALUE : 0)
                    | (put.ignoreLease() ? IGNORE_LEASE : 0)
                    | (put.previous() ? TELL_PREVIOUS : 0);
            out.tag(PUT).tag(flags).bytes(put.key()).bytes(put.value()).number(put.lease());
        } else if (op instanceof Op.DeleteRange delete) {
            out.tag(delete.previous() ? DELETE_TOLD : DELETE);
            range(delete.range(), out);
        } else if (op instanceof Op.Range range) {
            out.tag(RANGE).number(range.query().revision());
            range(range.query().range(), out);
        } else if (op instanceof Op.Txn txn) {
            out.tag(TXN).number(txn.compares().size());
            txn.compares().forEach(compare -> compare(compare, out));
            ops(txn.success(), out);
            ops(txn.failure(), out);
        } else {
            throw new IllegalArgumentException(op + " is nothing to be carried out");
        }
    }

    private static Op op(int tag, Decoder in) {
        return switch (tag) {
            case PUT -> {
                int flags = in.tag();
                if ((flags & ~ALL_FLAGS) != 0) {
                    throw new IllegalArgumentException("there are no flags " + flags + " of a put");
                }
                yield new Op.Put(
                        in.bytes(),
                        in.bytes(),
                        in.number(),
                        (flags & TELL_PREVIOUS) != 0,
                        (flags & IGNORE_VALUE) != 0,
                        (flags & IGNORE_LEASE) != 0);
            }
            case DELETE -> new Op.DeleteRange(range(in), false);
            case DELETE_TOLD -> new Op.DeleteRange(range(in), true);
            case RANGE -> {
                long revision = in.number();
                yield new Op.Range(new RangeQuery(
                        range(in), 0, revision, SortOrder.NONE, SortTarget.KEY, false, true, Filter.NONE));
            }
            case TXN -> new Op.Txn(compares(in), ops(in), ops(in));
            default -> throw new IllegalArgumentException("there is no command " + tag);
        };
    }

    private static void ops(List<Op> ops, Encoder out) {
        out.number(ops.size());
        ops.forEach(op -> encode(op, out));
    }

    private static List<Op> ops(Decoder in) {
        int count = in.count();
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ops.add(op(in.tag(), in));
        }
        return ops;
    }

    private static void compare(Compare compare, Encoder out) {
        range(compare.range(), out);
        out.tag(tag(compare.target())).tag(tag(compare.result()));
        out.number(compare.number()).bytes(compare.bytes());
    }

    private static List<Compare> compares(Decoder in) {
        int count = in.count();
        List<Compare> compares = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            compares.add(new Compare(range(in), target(in.tag()), result(in.tag()), in.number(), in.bytes()));
        }
        return compares;
    }

    private static void range(KeyRange range, Encoder out) {
        Bytes to = range.to();
        if (range.single()) {
            out.tag(SINGLE).bytes(range.from());
        } else if (to == null) {
            out.tag(ENDLESS).bytes(range.from());
        } else {
            out.tag(BOUNDED).bytes(range.from()).bytes(to);
        }
    }

    private static KeyRange range(Decoder in) {
        int tag = in.tag();
        Bytes from = in.bytes();
        return switch (tag) {
            case SINGLE -> KeyRange.single(from);
            case ENDLESS -> new KeyRange(from, null, false);
            case BOUNDED -> new KeyRange(from, in.bytes(), false);
            default -> throw new IllegalArgumentException("there is no range " + tag);
        };
    }

    private static int tag(Compare.Target target) {
        return switch (target) {
            case VERSION -> 1;
            case CREATE -> 2;
            case MOD -> 3;
            case VALUE -> 4;
            case LEASE -> 5;
            case UNKNOWN -> 6;
        };
    }

    private static Compare.Target target(int tag) {
        return switch (tag) {
            case 1 -> Compare.Target.VERSION;
            case 2 -> Compare.Target.CREATE;
            case 3 -> Compare.Target.MOD;
            case 4 -> Compare.Target.VALUE;
            case 5 -> Compare.Target.LEASE;
            case 6 -> Compare.Target.UNKNOWN;
            default -> throw new IllegalArgumentException("there is no target " + tag);
        };
    }

    private static int tag(Compare.Result result) {
        return switch (result) {
            case EQUAL -> 1;
            case GREATER -> 2;
            case LESS -> 3;
            case NOT_EQUAL -> 4;
            case UNKNOWN -> 5;
        };
    }

    private static Compare.Result result(int tag) {
        return switch (tag) {
            case 1 -> Compare.Result.EQUAL;
            case 2 -> Compare.Result.GREATER;
            case 3 -> Compare.Result.LESS;
            case 4 -> Compare.Result.NOT_EQUAL;
            case 5 -> Compare.Result.UNKNOWN;
            default -> throw new IllegalArgumentException("there is no result " + tag);
        };
    }
}
