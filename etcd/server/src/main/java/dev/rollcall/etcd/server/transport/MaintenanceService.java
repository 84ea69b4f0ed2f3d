package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmRequest.AlarmAction;
import dev.rollcall.etcd.proto.AlarmResponse;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.DefragmentRequest;
import dev.rollcall.etcd.proto.DefragmentResponse;
import dev.rollcall.etcd.proto.DowngradeRequest;
import dev.rollcall.etcd.proto.DowngradeResponse;
import dev.rollcall.etcd.proto.HashKVRequest;
import dev.rollcall.etcd.proto.HashKVResponse;
import dev.rollcall.etcd.proto.HashRequest;
import dev.rollcall.etcd.proto.HashResponse;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MoveLeaderRequest;
import dev.rollcall.etcd.proto.MoveLeaderResponse;
import dev.rollcall.etcd.proto.SnapshotRequest;
import dev.rollcall.etcd.proto.SnapshotResponse;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.StoreHash;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What operators ask for: the status, the alarms, the checksums. */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
    /** The etcd whose behaviour this server shows. */
    static final String VERSION = "3.5.16";

    private final Loop loop;
    private final Calls calls;
    private final Headers headers;
    private final Executor snapshots;
    private final Supplier<Member> member;

    /** Snapshots are laid out on threads of their own, which may refuse. */
    MaintenanceService(Loop loop, Calls calls, Headers headers, Executor snapshots, Supplier<Member> member) {
        this.loop = loop;
        this.calls = calls;
        this.headers = headers;
        this.snapshots = snapshots;
        this.member = member;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        calls.onLoop(observer, () -> {
            Machine machine = loop.machine();
            StatusResponse.Builder response = StatusResponse.newBuilder()
                    .setHeader(headers.at(machine.store().revision()))
                    .setVersion(VERSION)
                    .setDbSize(DatabaseSize.whole(machine.store()))
                    .setDbSizeInUse(DatabaseSize.used(machine.store()))
                    .setLeader(headers.identity().memberId())
                    .setRaftIndex(machine.index())
                    .setRaftAppliedIndex(machine.index())
                    .setRaftTerm(machine.term());
            alarms().forEach(alarm -> response.addErrors(text(alarm)));
            return response.build();
        });
    }

    @Override
    public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
        Alarm.Kind kind = kind(request.getAlarm());
        boolean active = request.getAction() == AlarmAction.ACTIVATE;
        if (kind == null || (!active && request.getAction() != AlarmAction.DEACTIVATE)) {
            boolean list = request.getAction() == AlarmAction.GET;
            calls.onLoop(observer, () -> list(request.getAlarm(), list ? alarms() : Set.of()));
            return;
        }
        Alarm alarm = new Alarm(request.getMemberID(), kind);
        calls.apply(
                observer,
                () -> new Command.SetAlarm(alarm, active),
                outcome -> list(AlarmType.NONE, ((Outcome.Alarmed) outcome).done() ? Set.of(alarm) : Set.of()));
    }

    @Override
    public void defragment(DefragmentRequest request, StreamObserver<DefragmentResponse> observer) {
        calls.apply(observer, Command.Defragment::new, outcome -> DefragmentResponse.getDefaultInstance());
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
        new SnapshotCall(loop, snapshots, member, (ServerCallStreamObserver<SnapshotResponse>) observer).start();
    }

    /** Over the whole database in etcd, and so comparable with itself alone; here over its keys. */
    @Override
    public void hash(HashRequest request, StreamObserver<HashResponse> observer) {
        calls.read(observer, () -> {
            StoreHash hash = loop.machine().store().hash(0);
            return HashResponse.newBuilder()
                    .setHeader(headers.at(hash.current()))
                    .setHash(hash.hash())
                    .build();
        });
    }

    @Override
    public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> observer) {
        calls.read(observer, () -> {
            StoreHash hash = loop.machine().store().hash(request.getRevision());
            return HashKVResponse.newBuilder()
                    .setHeader(headers.at(hash.current()))
                    .setHash(hash.hash())
                    .setCompactRevision(hash.compacted())
                    .build();
        });
    }

    @Override
    public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> observer) {
        calls.read(observer, () -> {
            if (request.getTargetID() != headers.identity().memberId()) {
                throw new Refusal(Reason.BAD_TRANSFEREE);
            }
            return MoveLeaderResponse.getDefaultInstance();
        });
    }

    @Override
    public void downgrade(DowngradeRequest request, StreamObserver<DowngradeResponse> observer) {
        calls.read(observer, () -> switch (request.getAction()) {
            case VALIDATE -> {
                Downgrades.validate(request.getVersion());
                yield DowngradeResponse.newBuilder()
                        .setHeader(headers.at(loop.machine().store().revision()))
                        .setVersion(Downgrades.CLUSTER_VERSION)
                        .build();
            }
            case ENABLE -> throw Downgrades.enable(request.getVersion());
            case CANCEL -> throw Downgrades.cancel();
            case UNRECOGNIZED -> throw new Refusal(Reason.UNKNOWN_METHOD);
        });
    }

    /** Those that were raised, and that of a full disk, which goes by itself. */
    private Set<Alarm> alarms() {
        Set<Alarm> alarms = new TreeSet<>(loop.machine().alarms());
        if (loop.outOfSpace()) {
            alarms.add(new Alarm(headers.identity().memberId(), Alarm.Kind.NOSPACE));
        }
        return alarms;
    }

    private AlarmResponse list(AlarmType wanted, Set<Alarm> alarms) {
        AlarmResponse.Builder response = AlarmResponse.newBuilder()
                .setHeader(headers.at(loop.machine().store().revision()));
        for (Alarm alarm : alarms) {
            AlarmType type = AlarmType.valueOf(alarm.kind().name());
            if (wanted == AlarmType.NONE || wanted == type) {
                response.addAlarms(
                        AlarmMember.newBuilder().setMemberID(alarm.memberId()).setAlarm(type));
            }
        }
        return response.build();
    }

    private static Alarm.@Nullable Kind kind(AlarmType type) {
        return switch (type) {
            case NOSPACE -> Alarm.Kind.NOSPACE;
            case CORRUPT -> Alarm.Kind.CORRUPT;
            case NONE, UNRECOGNIZED -> null;
        };
    }

    /** As Go prints the message: what is 0 is left out, and each field is followed by a space. */
    private static String text(Alarm alarm) {
        String member = alarm.memberId() == 0 ? "" : "memberID:" + Long.toUnsignedString(alarm.memberId()) + " ";
        return member + "alarm:" + alarm.kind() + " ";
    }
}
