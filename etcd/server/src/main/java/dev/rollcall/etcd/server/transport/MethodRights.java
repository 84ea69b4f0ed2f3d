package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Refusal;
import io.grpc.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the methods that touch no keys. As in etcd 3.5.28 and later, which let nobody in without a token; etcd 3.5.16 leaves
 * most of these open.
 */
final class MethodRights {
    private static final Map<String, Need> NEEDS = Map.ofEntries(
            Map.entry("etcdserverpb.Maintenance/Status", Need.USER),
            Map.entry("etcdserverpb.Maintenance/Alarm", Need.ROOT_TO_CHANGE),
            Map.entry("etcdserverpb.Maintenance/MoveLeader", Need.ROOT),
            Map.entry("etcdserverpb.Maintenance/Downgrade", Need.ROOT),
            Map.entry("etcdserverpb.Maintenance/Defragment", Need.ROOT_IN_OTHER_WORDS),
            Map.entry("etcdserverpb.Maintenance/Snapshot", Need.ROOT_IN_OTHER_WORDS),
            Map.entry("etcdserverpb.Maintenance/Hash", Need.ROOT_IN_OTHER_WORDS),
            Map.entry("etcdserverpb.Maintenance/HashKV", Need.ROOT_IN_OTHER_WORDS),
            Map.entry("etcdserverpb.Cluster/MemberList", Need.USER),
            Map.entry("etcdserverpb.Cluster/MemberAdd", Need.ROOT),
            Map.entry("etcdserverpb.Cluster/MemberRemove", Need.ROOT),
            Map.entry("etcdserverpb.Cluster/MemberUpdate", Need.ROOT),
            Map.entry("etcdserverpb.Cluster/MemberPromote", Need.ROOT),
            Map.entry("etcdserverpb.Lease/LeaseTimeToLive", Need.USER),
            Map.entry("etcdserverpb.Lease/LeaseLeases", Need.USER));

    private final Machine machine;
    private final Callers callers;

    MethodRights(Machine machine, Callers callers) {
        this.machine = machine;
        this.callers = callers;
    }

    /** Why the call that this thread handles is refused; null when it is not, or its service decides. */
    @Nullable Status refusal(String method, Object request) {
        Need need = NEEDS.get(method);
        AuthState auth = machine.auth();
        if (need == null || !auth.enabled()) {
            return null;
        }
        try {
            Actor actor = callers.current().actor();
            if (need == Need.USER || (need == Need.ROOT_TO_CHANGE && onlyLooks(request))) {
                auth.requireUser(actor);
            } else {
                auth.requireRoot(actor);
            }
            return null;
        } catch (Refusal e) {
            return need == Need.ROOT_IN_OTHER_WORDS ? inOtherWords(e) : Calls.status(e);
        }
    }

    private static boolean onlyLooks(Object request) {
        return request instanceof AlarmRequest alarm && alarm.getAction() == AlarmRequest.AlarmAction.GET;
    }

    /** etcd forgets to translate its inner errors there, and clients know them so. */
    private static Status inOtherWords(Refusal refusal) {
        return Status.UNKNOWN.withDescription(refusal.reason().text().replace("etcdserver: ", "auth: "));
    }

    private enum Need {
        USER,
        ROOT,
        ROOT_TO_CHANGE,
        ROOT_IN_OTHER_WORDS
    }
}
