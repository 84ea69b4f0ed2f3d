package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import dev.rollcall.keyspace.Keyspace;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/** Any file as a disk view, or any body in a file with a right head and checksum: refused with a reason, or exactly what its view is written as. */
public final class DiskViewFuzz {

    private static final Moment NOW = new Moment(1_000_000_000L, Instant.EPOCH);
    private static final GuardRules RULES = new GuardRules(true, 3_000_000_000L, 8_000_000_000L, 0);
    private static final ProofRules PROOF = new ProofRules(20_000_000_000L, 60_000_000_000L);

    private DiskViewFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        boolean bare = input.next() % 2 == 0;
        byte[] file = bare ? input.rest() : whole(input.rest());
        DiskView view;
        try {
            view = DiskView.decode(file);
        } catch (IllegalArgumentException refused) {
            Property.printable(String.valueOf(refused.getMessage()), 200);
            return;
        }
        Property.same(Bytes.of(file), Bytes.of(view.encode()));
        Property.same((long) file.length, view.encodedSize());
        shown(view);
    }

    private static void shown(DiskView view) {
        InstanceReader reader = InstanceReader.ofAll(Keyspace.standard());
        SnapshotReducer<DiscoveredInstance> reducer = new SnapshotReducer<>(reader, RULES, PROOF);
        ViewState<DiscoveredInstance> state = reducer.step(ViewState.idle(NOW), new ViewEvent.Seeded(view), NOW, NOW)
                .state();
        Property.same(Freshness.SEEDED, state.freshness());
        Property.same(view.kvs(), state.content().truth().values());
    }

    private static byte[] whole(byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer file = ByteBuffer.allocate(8 + body.length + 32);
            file.putInt(0x52435657).putInt(1).put(body);
            digest.update(file.array(), 0, file.position());
            return file.put(digest.digest()).array();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
