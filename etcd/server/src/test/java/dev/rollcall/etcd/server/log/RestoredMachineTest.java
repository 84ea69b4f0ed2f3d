package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.PasswordHash;
import dev.rollcall.etcd.server.auth.Permission;
import dev.rollcall.etcd.server.auth.User;
import dev.rollcall.etcd.server.log.Images.Found;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A machine made from an image, or from its commands, is the machine it was made of. */
class RestoredMachineTest {
    private static final KeyRange ALL = KeyRange.prefix(Bytes.EMPTY);

    @Test
    void aImageHoldsTheWholeMachine() throws IOException {
        for (int seed = 1; seed <= 50; seed++) {
            Machine machine = machine(seed, 80);
            ForgetfulDisk disk = new ForgetfulDisk(seed);
            Images.write(disk, Identity.of("a", "b"), 7, machine.image(), machine.store(), () -> false);
            Found image = Objects.requireNonNull(Images.readNewest(disk, 0));
            assertThat(image.sequence()).isEqualTo(7);
            assertThat(image.identity()).isEqualTo(Identity.of("a", "b"));
            assertSame(image.machine(), machine);
        }
    }

    /** Images once left out the places of versions within their revision; two of one place would break a snapshot made of them. */
    @Test
    void versionsOfAnOlderImageGetPlacesOfTheirOwn() throws IOException {
        List<Bytes> keys = List.of(Bytes.utf8("a"), Bytes.utf8("b"), Bytes.utf8("c"));
        ForgetfulDisk disk = new ForgetfulDisk(1);
        try (DiskFile file = disk.create(Numbered.name(Images.PREFIX, 7))) {
            Identity identity = Identity.of("a", "b");
            file.write(0, FileHead.of(FileHead.Kind.IMAGE, 7, identity).encode());
            List<byte[]> records = new ArrayList<>();
            records.add(
                    new Encoder().tag(1).number(2).number(9).number(3).number(3).toBytes());
            for (Bytes key : keys) {
                records.add(new Encoder()
                        .tag(3)
                        .version(new KeyValue(key, Bytes.EMPTY, 2, 2, 1, 0))
                        .toBytes());
            }
            records.add(new Encoder()
                    .tag(4)
                    .number(3)
                    .number(1)
                    .version(new KeyValue(Bytes.utf8("d"), Bytes.EMPTY, 3, 3, 1, 0))
                    .toBytes());
            records.add(new Encoder().tag(5).toBytes());
            file.write(FileHead.SIZE, new Frame(1, 0, 0, records).encode(FileHead.mark(identity)));
            file.force();
        }
        Machine found = Objects.requireNonNull(Images.readNewest(disk, 0)).machine();
        List<KeyValue> versions = Objects.requireNonNull(found.store().versions(2, 3));
        assertThat(versions).extracting(KeyValue::key).isEqualTo(keys);
        assertThat(versions).extracting(KeyValue::place).containsExactly(0, 1, 2);
    }

    @Test
    void commandsMeanTheSameWhenReadAgain() {
        for (int seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            Machine written = new Machine();
            Machine read = new Machine();
            for (int i = 0; i < 80; i++) {
                Command command = command(random, written);
                apply(written, command);
                apply(read, CommandFormat.decode(CommandFormat.encode(command)));
            }
            assertSame(read, written);
        }
    }

    @Test
    void whatIsOnlyToldNeedsItsRightAlsoWhenReadAgain() {
        Bytes key = Bytes.utf8("key");
        Permission write = new Permission(Permission.Kind.WRITE, key, Bytes.EMPTY);
        Machine written = new Machine();
        Machine read = new Machine();
        List<Command> commands = new ArrayList<>();
        for (AuthChange change : List.of(
                new AuthChange.AddUser("root", null),
                new AuthChange.GrantRole("root", "root"),
                new AuthChange.AddUser("user", null),
                new AuthChange.AddRole("role"),
                new AuthChange.GrantRole("user", "role"),
                new AuthChange.GrantPermission("role", write),
                new AuthChange.Enable())) {
            commands.add(new Command.ChangeAuth(change));
        }
        for (Op op : List.of(
                new Op.Put(key, Bytes.utf8("1"), 0, false, false, false),
                new Op.Put(key, Bytes.utf8("2"), 0, true, false, false),
                new Op.DeleteRange(KeyRange.single(key), true))) {
            commands.add(new Command.As(new Actor("user", 100), new Command.Execute(op)));
        }
        for (Command command : commands) {
            apply(written, command);
            apply(read, CommandFormat.decode(CommandFormat.encode(command)));
        }
        assertThat(written.store().revision()).as("one of three was allowed").isEqualTo(2);
        assertSame(read, written);
    }

    @Test
    void aImageIsAbandonedWhenTheStoreWasCompactedMeanwhile() throws IOException {
        Machine machine = machine(1, 80);
        ForgetfulDisk disk = new ForgetfulDisk(1);
        var image = machine.image();
        machine.apply(new Command.Compact(machine.store().revision()), 0);
        assertThat(Images.write(disk, Identity.of("a", "b"), 7, image, machine.store(), () -> false))
                .isZero();
        assertThat(disk.names()).isEmpty();
    }

    private static void assertSame(Machine found, Machine expected) {
        assertThat(found.image()).isEqualTo(expected.image());
        assertThat(found.store().bytes()).isEqualTo(expected.store().bytes());
        for (long at = Math.max(1, expected.store().compacted());
                at <= expected.store().revision();
                at++) {
            assertThat(at(found, at)).isEqualTo(at(expected, at));
            assertThat(found.store().hash(at)).isEqualTo(expected.store().hash(at));
        }
        for (long lease : expected.leases().ids()) {
            assertThat(Objects.requireNonNull(found.leases().remaining(lease, 0))
                            .keys())
                    .isEqualTo(Objects.requireNonNull(expected.leases().remaining(lease, 0))
                            .keys());
        }
    }

    private static Object at(Machine machine, long revision) {
        RangeQuery now = RangeQuery.current(ALL);
        return machine.store()
                .range(new RangeQuery(ALL, 0, revision, now.order(), now.target(), false, false, now.filter()));
    }

    private static Machine machine(int seed, int commands) {
        Random random = new Random(seed);
        Machine machine = new Machine();
        for (int i = 0; i < commands; i++) {
            apply(machine, command(random, machine));
        }
        return machine;
    }

    private static void apply(Machine machine, Command command) {
        try {
            machine.apply(command, 0);
        } catch (Refusal e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    private static Command command(Random random, Machine machine) {
        long lease = random.nextInt(4);
        return switch (random.nextInt(16)) {
            case 10, 11 -> new Command.ChangeAuth(change(random));
            case 12 -> new Command.As(new Actor("user-" + random.nextInt(3), 100), new Command.Execute(op(random, 2)));
            case 13 -> new Command.As(Actor.SERVER, new Command.Execute(op(random, 2)));
            case 0 -> new Command.Grant(1 + lease, random.nextInt(100) - 20);
            case 1 -> new Command.Revoke(lease);
            case 2 -> new Command.Compact(machine.store().revision() - random.nextInt(10));
            case 3 -> new Command.Restart();
            case 4 -> new Command.SetAlarm(new Alarm(random.nextInt(2), any(random, Alarm.Kind.values())), true);
            case 5, 6 ->
                machine.alarms().isEmpty()
                        ? new Command.Restart()
                        : new Command.SetAlarm(machine.alarms().iterator().next(), false);
            default -> new Command.Execute(op(random, 2));
        };
    }

    private static AuthChange change(Random random) {
        String user = random.nextInt(4) == 0 ? User.ROOT : "user-" + random.nextInt(3);
        String role = random.nextInt(4) == 0 ? User.ROOT : "role-" + random.nextInt(2);
        Permission permission = new Permission(any(random, Permission.Kind.values()), key(random), Bytes.EMPTY);
        PasswordHash hash = new PasswordHash(1 + random.nextInt(9), Bytes.utf8("salt"), Bytes.utf8("hash"));
        return switch (random.nextInt(12)) {
            case 0 -> new AuthChange.Enable();
            case 1 -> new AuthChange.Disable();
            case 2 -> new AuthChange.AddUser(user, null);
            case 3 -> new AuthChange.DeleteUser(user);
            case 4 -> new AuthChange.ChangePassword(user, hash);
            case 5 -> new AuthChange.GrantRole(user, role);
            case 6 -> new AuthChange.RevokeRole(user, role);
            case 7 -> new AuthChange.AddRole(role);
            case 8 -> new AuthChange.DeleteRole(role);
            case 9 -> new AuthChange.GrantPermission(role, random.nextInt(9) == 0 ? null : permission);
            case 10 -> new AuthChange.RevokePermission(role, key(random), Bytes.EMPTY);
            default -> new AuthChange.AddUser(user, hash);
        };
    }

    private static Op op(Random random, int depth) {
        Bytes key = key(random);
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> new Op.DeleteRange(range(random), random.nextBoolean());
            case 1 -> new Op.Range(RangeQuery.current(range(random)));
            case 2 -> new Op.Put(key, Bytes.EMPTY, 0, false, true, true);
            case 3 ->
                new Op.Put(
                        key, Bytes.utf8("v" + random.nextInt()), random.nextInt(3), random.nextBoolean(), false, false);
            default ->
                new Op.Txn(
                        List.of(compare(random), compare(random)),
                        List.of(op(random, depth - 1), op(random, depth - 1)),
                        List.of(op(random, depth - 1)));
        };
    }

    private static Compare compare(Random random) {
        Compare.Target target = any(random, Compare.Target.values());
        Compare.Result result = any(random, Compare.Result.values());
        return new Compare(range(random), target, result, random.nextInt(5), Bytes.utf8("v"));
    }

    private static <T> T any(Random random, T[] choices) {
        return List.of(choices).get(random.nextInt(choices.length));
    }

    private static KeyRange range(Random random) {
        Bytes from = key(random);
        return switch (random.nextInt(3)) {
            case 0 -> KeyRange.single(from);
            case 1 -> new KeyRange(from, null, false);
            default -> new KeyRange(from, key(random), false);
        };
    }

    private static Bytes key(Random random) {
        return Bytes.utf8("key-" + random.nextInt(9));
    }
}
