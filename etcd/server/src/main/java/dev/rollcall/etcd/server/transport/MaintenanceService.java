package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmResponse;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.server.machine.Machine;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** What operators ask: the status, and the alarms. The only one there is says that the disk is full, and goes when it no longer is. */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
    /** The etcd whose behaviour this server shows. */
    static final String VERSION = "3.5.16";

    /** Size of a new etcd database: we have no file, and clients want to see one. */
    private static final int DB_SIZE = 20_480;

    private static final int DB_SIZE_IN_USE = 16_384;

    private final Loop loop;
    private final Calls calls;
    private final Headers headers;

    MaintenanceService(Loop loop, Calls calls, Headers headers) {
        this.loop = loop;
        this.calls = calls;
        this.headers = headers;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        calls.onLoop(observer, () -> {
            Machine machine = loop.machine();
            return StatusResponse.newBuilder()
                    .setHeader(headers.at(machine.store().revision()))
                    .setVersion(VERSION)
                    .setDbSize(DB_SIZE)
                    .setDbSizeInUse(DB_SIZE_IN_USE)
                    .setLeader(headers.identity().memberId())
                    .setRaftIndex(machine.index())
                    .setRaftAppliedIndex(machine.index())
                    .setRaftTerm(machine.term())
                    .build();
        });
    }

    /** Tools that judge health list the alarms. Nobody can raise one, or end one while its cause is there. */
    @Override
    public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
        if (request.getAction() == AlarmRequest.AlarmAction.ACTIVATE) {
            observer.onError(Status.UNIMPLEMENTED
                    .withDescription("alarms cannot be activated on the embedded server")
                    .asRuntimeException());
            return;
        }
        calls.onLoop(observer, () -> {
            AlarmResponse.Builder response = AlarmResponse.newBuilder()
                    .setHeader(headers.at(loop.machine().store().revision()));
            if (loop.outOfSpace()) {
                response.addAlarms(AlarmMember.newBuilder()
                        .setMemberID(headers.identity().memberId())
                        .setAlarm(AlarmType.NOSPACE));
            }
            return response.build();
        });
    }
}
