package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthStatusRequest;
import dev.rollcall.etcd.proto.AuthStatusResponse;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.Store;
import io.grpc.stub.StreamObserver;

/** Authentication, which is off: a client that tries it is told so. */
final class AuthService extends AuthGrpc.AuthImplBase {
    private final Calls calls;
    private final Headers headers;
    private final Store store;

    AuthService(Calls calls, Headers headers, Store store) {
        this.calls = calls;
        this.headers = headers;
        this.store = store;
    }

    @Override
    public void authStatus(AuthStatusRequest request, StreamObserver<AuthStatusResponse> observer) {
        calls.read(
                observer,
                () -> AuthStatusResponse.newBuilder()
                        .setHeader(headers.at(store.revision()))
                        .setAuthRevision(1)
                        .build());
    }

    @Override
    public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
        calls.read(observer, () -> {
            throw new Refusal(Reason.AUTH_NOT_ENABLED);
        });
    }
}
