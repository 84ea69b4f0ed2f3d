package dev.rollcall.nemesis;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DefragmentRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.nemesis.FaultKind.Scope;
import dev.rollcall.nemesis.history.Monotonic;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;

/** What operators and strangers do to a store. */
final class DataFaults {

    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final int BURST = 100;
    private static final List<String> POISON = List.of(
            "",
            "\u0000\u0001",
            "{",
            "[]",
            "null",
            "{\"Op\":0,\"Addr\":7}",
            "{\"Addr\":\"10.0.0.1:1\",\"Addr\":\"10.0.0.2:1\"}",
            "[".repeat(10_000),
            "{\"Op\":0,\"Addr\":\"10.0.0.1:1\",\"Rollcall\":{\"weight\":1e999999}}",
            "x".repeat(200_000));

    private DataFaults() {}

    static List<FaultKind> all() {
        return List.of(
                new FaultKind("compact-often", Scope.DATA, false, s -> true, DataFaults::compactOften),
                new FaultKind("no-space", Scope.DATA, false, Store::keepsData, DataFaults::noSpace),
                new FaultKind("defragment", Scope.DATA, false, Store::keepsData, DataFaults::defragment),
                new FaultKind("poison", Scope.DATA, false, s -> true, DataFaults::poison),
                new FaultKind("burst", Scope.DATA, false, s -> true, DataFaults::burst),
                new FaultKind("lease-revoke", Scope.REGISTRANT, true, s -> true, DataFaults::revoke),
                new FaultKind("key-delete", Scope.REGISTRANT, true, s -> true, DataFaults::deleteKey),
                new FaultKind("key-overwrite", Scope.REGISTRANT, true, s -> true, DataFaults::overwriteKey),
                new FaultKind("prefix-delete", Scope.STORE, true, s -> true, DataFaults::deletePrefix));
    }

    /** Compacts what the recorder has seen; says up to which revision, 0 if nothing was new. */
    static long compact(Scene scene) {
        long revision = scene.log().seen();
        return scene.ask(wire -> {
            try {
                wire.kv()
                        .compact(CompactionRequest.newBuilder()
                                .setRevision(revision)
                                .setPhysical(true)
                                .build());
                return revision;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.OUT_OF_RANGE) {
                    return 0L;
                }
                throw e;
            }
        });
    }

    private static String compactOften(Scene scene) {
        long until = Monotonic.nanos() + scene.length().toNanos();
        int done = 0;
        while (Monotonic.nanos() < until) {
            done += compact(scene) > 0 ? 1 : 0;
            Monotonic.sleep(OFTEN);
        }
        VoidFault.unless(done > 5, "only " + done + " compactions");
        return done + " compactions";
    }

    private static String noSpace(Scene scene) {
        long member = scene.ask(wire -> wire.maintenance()
                .status(StatusRequest.getDefaultInstance())
                .getHeader()
                .getMemberId());
        alarm(scene, member, AlarmRequest.AlarmAction.ACTIVATE);
        boolean refused = false;
        try {
            scene.ask(wire -> {
                wire.put("noise/full", "x");
                return true;
            });
        } catch (VoidFault e) {
            refused = String.valueOf(e.getMessage()).contains("RESOURCE_EXHAUSTED");
        }
        scene.last();
        alarm(scene, member, AlarmRequest.AlarmAction.DEACTIVATE);
        VoidFault.unless(refused, "a put was not refused");
        return "a put was refused for want of space";
    }

    private static void alarm(Scene scene, long member, AlarmRequest.AlarmAction action) {
        scene.ask(wire -> wire.maintenance()
                .alarm(AlarmRequest.newBuilder()
                        .setAction(action)
                        .setAlarm(AlarmType.NOSPACE)
                        .setMemberID(member)
                        .build()));
    }

    private static String defragment(Scene scene) {
        for (String endpoint : scene.store().endpoints()) {
            try (Wire wire = new Wire(endpoint, scene.store().password(), Duration.ofSeconds(10))) {
                wire.maintenance().defragment(DefragmentRequest.getDefaultInstance());
            } catch (StatusRuntimeException e) {
                throw new VoidFault("not defragmented: " + e.getMessage());
            }
        }
        return scene.members() + " members";
    }

    private static String poison(Scene scene) {
        for (int i = 0; i < POISON.size(); i++) {
            String value = POISON.get(i);
            String key = "services/user/bad" + i;
            scene.ask(wire -> {
                wire.put(key, value);
                return true;
            });
        }
        scene.last();
        long bad = scene.log().state().values().stream()
                .filter(e -> e.key().startsWith("services/user/bad") && !e.readable())
                .count();
        scene.ask(wire -> {
            long deleted = 0;
            for (int i = 0; i < POISON.size(); i++) {
                deleted += wire.delete("services/user/bad" + i);
            }
            return deleted;
        });
        VoidFault.unless(bad > 0, "no bad value stood");
        return bad + " bad values stood";
    }

    private static String burst(Scene scene) {
        long first = scene.ask(wire -> burst(wire, "b"));
        scene.ask(wire -> burst(wire, "c"));
        scene.last();
        scene.ask(wire -> wire.delete("services/burst/"));
        return BURST + " keys twice, from revision " + first;
    }

    private static long burst(Wire wire, String mark) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < BURST; i++) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("services/burst/" + i))
                            .setValue(ByteString.copyFromUtf8(foreignValue("n." + mark + i)))));
        }
        return wire.kv().txn(txn.build()).getHeader().getRevision();
    }

    /** What a stranger writes, so that it can be read. */
    static String foreignValue(String token) {
        return "{\"Op\":0,\"Addr\":\"10.9.9.9:9\",\"Metadata\":{\"op\":\"" + token + "\"}}";
    }

    private static String revoke(Scene scene) {
        long lease = scene.standingKey().lease();
        scene.ask(wire -> wire.leases()
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build()));
        scene.last();
        return "lease " + Long.toHexString(lease);
    }

    private static String deleteKey(Scene scene) {
        String key = scene.standingKey().key();
        long deleted = scene.ask(wire -> wire.delete(key));
        scene.last();
        VoidFault.unless(deleted == 1, key + " was not there");
        return key;
    }

    /** In the end the stranger takes his value away, where it still stands: who comes later has to wait for it, as for any owner's. */
    private static String overwriteKey(Scene scene) {
        String key = scene.standingKey().key();
        String value = scene.random().nextBoolean() ? foreignValue("n.over") : "spoiled";
        long revision = scene.ask(wire -> wire.put(key, value));
        scene.last();
        scene.ask(wire -> wire.deleteIfStillAt(key, revision));
        return key + (value.equals("spoiled") ? " with a bad value" : " with a good value");
    }

    private static String deletePrefix(Scene scene) {
        long deleted = scene.ask(wire -> wire.delete("services/"));
        scene.last();
        VoidFault.unless(deleted > 3, "only " + deleted + " keys were there");
        return deleted + " keys";
    }
}
