package dev.rollcall.conformance.differential;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AuthDisableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleDeleteRequest;
import dev.rollcall.etcd.proto.AuthRoleListRequest;
import dev.rollcall.etcd.proto.AuthStatusRequest;
import dev.rollcall.etcd.proto.AuthStatusResponse;
import dev.rollcall.etcd.proto.AuthUserDeleteRequest;
import dev.rollcall.etcd.proto.AuthUserListRequest;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseStatus;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the two stores, and the hand that clears it before each case. Belongs to one thread at a time. */
final class Store implements AutoCloseable {

    private static final ByteString ALL = ByteString.copyFrom(new byte[1]);

    private final TestEtcd etcd;
    private ManagedChannel channel;
    private String rootToken = "";

    Store(EtcdSpec spec) {
        etcd = spec.start();
        channel = connect();
    }

    Channel channel() {
        return channel;
    }

    /** Takes note of the token by which root can end what a case began. */
    void lastToken(String token) {
        rootToken = token;
    }

    /** Empties the store, or begins it anew, and says where it stands then. */
    Origin prepare(boolean fresh) {
        if (fresh) {
            wipe();
        } else {
            clear();
        }
        ResponseHeader header = MaintenanceGrpc.newBlockingStub(channel)
                .status(StatusRequest.getDefaultInstance())
                .getHeader();
        return new Origin(
                header.getClusterId(),
                header.getMemberId(),
                header.getRaftTerm(),
                header.getRevision(),
                authStatus().getAuthRevision(),
                ClusterGrpc.newBlockingStub(channel)
                        .memberList(MemberListRequest.getDefaultInstance())
                        .getMembers(0)
                        .getPeerURLs(0));
    }

    private void wipe() {
        disconnect();
        etcd.wipe();
        channel = connect();
    }

    private void clear() {
        if (!forgetUsers()) {
            wipe();
            return;
        }
        var maintenance = MaintenanceGrpc.newBlockingStub(channel);
        for (AlarmMember alarm :
                maintenance.alarm(AlarmRequest.getDefaultInstance()).getAlarmsList()) {
            var unused = maintenance.alarm(AlarmRequest.newBuilder()
                    .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                    .setMemberID(alarm.getMemberID())
                    .setAlarm(alarm.getAlarm())
                    .build());
        }
        var leases = LeaseGrpc.newBlockingStub(channel);
        for (LeaseStatus lease :
                leases.leaseLeases(LeaseLeasesRequest.getDefaultInstance()).getLeasesList()) {
            var unused = leases.leaseRevoke(
                    LeaseRevokeRequest.newBuilder().setID(lease.getID()).build());
        }
        var unused = KVGrpc.newBlockingStub(channel)
                .deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ALL)
                        .setRangeEnd(ALL)
                        .build());
    }

    /** Ends authentication and deletes users and roles; false if root is not known any more. */
    private boolean forgetUsers() {
        try {
            if (authStatus().getEnabled()) {
                return false;
            }
        } catch (StatusRuntimeException refusedToNobody) {
            if (!disableAuth()) {
                return false;
            }
        }
        var auth = AuthGrpc.newBlockingStub(channel);
        for (String user :
                auth.userList(AuthUserListRequest.getDefaultInstance()).getUsersList()) {
            var unused = auth.userDelete(
                    AuthUserDeleteRequest.newBuilder().setName(user).build());
        }
        for (String role :
                auth.roleList(AuthRoleListRequest.getDefaultInstance()).getRolesList()) {
            var unused = auth.roleDelete(
                    AuthRoleDeleteRequest.newBuilder().setRole(role).build());
        }
        return true;
    }

    private boolean disableAuth() {
        Channel asRoot = ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(Conversation.headers(rootToken)));
        try {
            var unused = AuthGrpc.newBlockingStub(asRoot).authDisable(AuthDisableRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private AuthStatusResponse authStatus() {
        return AuthGrpc.newBlockingStub(channel).authStatus(AuthStatusRequest.getDefaultInstance());
    }

    private ManagedChannel connect() {
        List<String> endpoints = etcd.endpoints();
        return Grpc.newChannelBuilder(endpoints.get(0).replace("http://", ""), InsecureChannelCredentials.create())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    private void disconnect() {
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the channel did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        disconnect();
        etcd.close();
    }
}
