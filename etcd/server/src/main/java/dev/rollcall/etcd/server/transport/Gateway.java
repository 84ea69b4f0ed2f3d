package dev.rollcall.etcd.server.transport;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** etcd's JSON gateway: which path calls which method. The calls are those of gRPC, with all their rights and limits. */
final class Gateway {
    private static final String KV = "etcdserverpb.KV/";
    private static final String LEASE = "etcdserverpb.Lease/";
    private static final String CLUSTER = "etcdserverpb.Cluster/";
    private static final String MAINTENANCE = "etcdserverpb.Maintenance/";
    private static final String AUTH = "etcdserverpb.Auth/";
    private static final String ELECTION = "v3electionpb.Election/";

    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("kv/range", KV + "Range"),
            Map.entry("kv/put", KV + "Put"),
            Map.entry("kv/deleterange", KV + "DeleteRange"),
            Map.entry("kv/txn", KV + "Txn"),
            Map.entry("kv/compaction", KV + "Compact"),
            Map.entry("watch", "etcdserverpb.Watch/Watch"),
            Map.entry("lease/grant", LEASE + "LeaseGrant"),
            Map.entry("lease/revoke", LEASE + "LeaseRevoke"),
            Map.entry("kv/lease/revoke", LEASE + "LeaseRevoke"),
            Map.entry("lease/keepalive", LEASE + "LeaseKeepAlive"),
            Map.entry("lease/timetolive", LEASE + "LeaseTimeToLive"),
            Map.entry("kv/lease/timetolive", LEASE + "LeaseTimeToLive"),
            Map.entry("lease/leases", LEASE + "LeaseLeases"),
            Map.entry("kv/lease/leases", LEASE + "LeaseLeases"),
            Map.entry("cluster/member/add", CLUSTER + "MemberAdd"),
            Map.entry("cluster/member/remove", CLUSTER + "MemberRemove"),
            Map.entry("cluster/member/update", CLUSTER + "MemberUpdate"),
            Map.entry("cluster/member/list", CLUSTER + "MemberList"),
            Map.entry("cluster/member/promote", CLUSTER + "MemberPromote"),
            Map.entry("maintenance/alarm", MAINTENANCE + "Alarm"),
            Map.entry("maintenance/status", MAINTENANCE + "Status"),
            Map.entry("maintenance/defragment", MAINTENANCE + "Defragment"),
            Map.entry("maintenance/hash", MAINTENANCE + "Hash"),
            Map.entry("maintenance/hashkv", MAINTENANCE + "HashKV"),
            Map.entry("maintenance/snapshot", MAINTENANCE + "Snapshot"),
            Map.entry("maintenance/transfer-leadership", MAINTENANCE + "MoveLeader"),
            Map.entry("maintenance/downgrade", MAINTENANCE + "Downgrade"),
            Map.entry("auth/enable", AUTH + "AuthEnable"),
            Map.entry("auth/disable", AUTH + "AuthDisable"),
            Map.entry("auth/status", AUTH + "AuthStatus"),
            Map.entry("auth/authenticate", AUTH + "Authenticate"),
            Map.entry("auth/user/add", AUTH + "UserAdd"),
            Map.entry("auth/user/get", AUTH + "UserGet"),
            Map.entry("auth/user/list", AUTH + "UserList"),
            Map.entry("auth/user/delete", AUTH + "UserDelete"),
            Map.entry("auth/user/changepw", AUTH + "UserChangePassword"),
            Map.entry("auth/user/grant", AUTH + "UserGrantRole"),
            Map.entry("auth/user/revoke", AUTH + "UserRevokeRole"),
            Map.entry("auth/role/add", AUTH + "RoleAdd"),
            Map.entry("auth/role/get", AUTH + "RoleGet"),
            Map.entry("auth/role/list", AUTH + "RoleList"),
            Map.entry("auth/role/delete", AUTH + "RoleDelete"),
            Map.entry("auth/role/grant", AUTH + "RoleGrantPermission"),
            Map.entry("auth/role/revoke", AUTH + "RoleRevokePermission"),
            Map.entry("lock/lock", "v3lockpb.Lock/Lock"),
            Map.entry("lock/unlock", "v3lockpb.Lock/Unlock"),
            Map.entry("election/campaign", ELECTION + "Campaign"),
            Map.entry("election/proclaim", ELECTION + "Proclaim"),
            Map.entry("election/leader", ELECTION + "Leader"),
            Map.entry("election/observe", ELECTION + "Observe"),
            Map.entry("election/resign", ELECTION + "Resign"));

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Map<String, Method<?, ?>> methods = new HashMap<>();

    /** Takes in the methods of a service, which are called as {@code served} says. */
    void add(BindableService service, ServerServiceDefinition served) {
        ServerServiceDefinition plain = service.bindService();
        for (ServerMethodDefinition<?, ?> method : served.getMethods()) {
            String name = method.getMethodDescriptor().getFullMethodName();
            MethodDescriptor.Marshaller<?> marshaller =
                    plain.getMethod(name).getMethodDescriptor().getRequestMarshaller();
            if (marshaller instanceof MethodDescriptor.PrototypeMarshaller<?> known
                    && known.getMessagePrototype() instanceof Message prototype) {
                methods.put(name, new Method<>(method, prototype));
            }
        }
    }

    /** The method behind a path, or null. */
    @Nullable Method<?, ?> find(String path) {
        for (String version : new String[] {"/v3/", "/v3beta/"}) {
            if (path.startsWith(version)) {
                String name = PATHS.get(path.substring(version.length()));
                return name == null ? null : methods.get(name);
            }
        }
        return null;
    }

    /** What a caller shows of itself. */
    static Metadata headers(@Nullable String authorization) {
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(AUTHORIZATION, authorization);
        }
        return headers;
    }

    /** A method, and what its requests look like. */
    record Method<Q, A>(ServerMethodDefinition<Q, A> served, Message request) {
        boolean answersOnce() {
            return served.getMethodDescriptor().getType().serverSendsOneMessage();
        }
    }
}
