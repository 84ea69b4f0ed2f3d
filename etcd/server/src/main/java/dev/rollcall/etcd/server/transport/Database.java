package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.MachineImage;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.StoredVersion;
import dev.rollcall.etcd.server.transport.BoltFile.Bucket;
import dev.rollcall.etcd.server.transport.BoltFile.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What a machine holds, as the buckets of an etcd database: what a real etcd can be restored from. */
final class Database {
    private final MachineImage image;
    private final Member member;

    Database(MachineImage image, Member member) {
        this.image = image;
        this.member = member;
    }

    /**
     * Lays out the file.
     *
     * @param versions all versions up to the image's revision, in the order of their revisions
     */
    BoltFile file(List<KeyValue> versions) {
        return new BoltFile(List.of(
                bucket("alarm", alarms()),
                bucket("auth", List.of(entry("authEnabled", new byte[1]), entry("authRevision", number(1)))),
                bucket("authRoles", List.of()),
                bucket("authUsers", List.of()),
                bucket("cluster", List.of(entry("clusterVersion", utf8(Downgrades.CLUSTER_VERSION)))),
                bucket("key", versions.stream().map(Version::new).toList()),
                bucket("lease", leases()),
                bucket("members", List.of(entry(Long.toHexString(member.getID()), utf8(json(member))))),
                bucket("members_removed", List.of()),
                bucket("meta", meta())));
    }

    private List<Stored> alarms() {
        return image.alarms().stream()
                .map(Database::alarm)
                .sorted(Comparator.comparing(Stored::key))
                .toList();
    }

    private List<Stored> leases() {
        return image.leases().entrySet().stream()
                .map(lease -> new Stored(
                        Bytes.wrap(number(lease.getKey())), Bytes.wrap(lease(lease.getKey(), lease.getValue())), false))
                .sorted(Comparator.comparing(Stored::key))
                .toList();
    }

    private List<Stored> meta() {
        Stored voters = entry(
                "confState", utf8("{\"voters\":[" + Long.toUnsignedString(member.getID()) + "],\"auto_leave\":false}"));
        Stored index = entry("consistent_index", number(image.index()));
        Stored term = entry("term", number(image.term()));
        if (image.compacted() <= 0) {
            return List.of(voters, index, term);
        }
        byte[] compacted = ByteBuffer.allocate(17)
                .putLong(image.compacted())
                .put((byte) '_')
                .putLong(0)
                .array();
        return List.of(
                voters, index, entry("finishedCompactRev", compacted), entry("scheduledCompactRev", compacted), term);
    }

    private static Stored alarm(Alarm alarm) {
        byte[] key = AlarmMember.newBuilder()
                .setMemberID(alarm.memberId())
                .setAlarm(AlarmType.valueOf(alarm.kind().name()))
                .build()
                .toByteArray();
        return new Stored(Bytes.wrap(key), Bytes.EMPTY, false);
    }

    /** A {@code leasepb.Lease}: id and granted seconds. */
    private static byte[] lease(long id, long ttlSeconds) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, 1, id);
        field(out, 2, ttlSeconds);
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int number, long value) {
        out.write(number << 3);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static String json(Member member) {
        return "{\"id\":" + Long.toUnsignedString(member.getID()) + ",\"peerURLs\":" + json(member.getPeerURLsList())
                + ",\"name\":" + json(member.getName()) + ",\"clientURLs\":" + json(member.getClientURLsList()) + "}";
    }

    private static String json(List<String> texts) {
        return texts.stream().map(Database::json).collect(Collectors.joining(",", "[", "]"));
    }

    private static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Bucket bucket(String name, List<? extends BoltFile.Entry> entries) {
        return new Bucket(Bytes.utf8(name), entries);
    }

    private static Stored entry(String key, byte[] value) {
        return new Stored(Bytes.utf8(key), Bytes.wrap(value), false);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record Version(KeyValue kv) implements BoltFile.Entry {
        @Override
        public Bytes key() {
            return Bytes.wrap(StoredVersion.key(kv));
        }

        @Override
        public int valueSize() {
            return StoredVersion.valueSize(kv);
        }

        @Override
        public Bytes value() {
            return Bytes.wrap(StoredVersion.value(kv));
        }
    }
}
