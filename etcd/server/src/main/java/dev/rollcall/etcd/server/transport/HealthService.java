package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.HealthCheckRequest;
import dev.rollcall.etcd.proto.HealthCheckResponse;
import dev.rollcall.etcd.proto.HealthCheckResponse.ServingStatus;
import dev.rollcall.etcd.proto.HealthGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** gRPC's health service: the server as a whole, named by the empty string, serves; it knows no other name. */
final class HealthService extends HealthGrpc.HealthImplBase {

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        if (request.getService().isEmpty()) {
            observer.onNext(status(ServingStatus.SERVING));
            observer.onCompleted();
        } else {
            observer.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
        }
    }

    /** Says the status once and stays open: it does not change while the server runs. */
    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        ((ServerCallStreamObserver<HealthCheckResponse>) observer).setOnCancelHandler(() -> {});
        observer.onNext(status(request.getService().isEmpty() ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN));
    }

    private static HealthCheckResponse status(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
