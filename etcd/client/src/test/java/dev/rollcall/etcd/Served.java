package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.testkit.ScriptedCall;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.util.List;
import java.util.function.Predicate;

/** One watch stream, seen from the server. */
record Served(ScriptedCall<dev.rollcall.etcd.proto.WatchRequest, WatchResponse> call) {

    /** The one of this number, from 1 on, once it has asked for a watch. */
    static Served stream(ScriptedEtcd etcd, int number) {
        Served stream = new Served(etcd.awaitCall(WatchGrpc.getWatchMethod(), number));
        stream.create(0);
        return stream;
    }

    List<WatchCreateRequest> creates() {
        return call.requests().stream()
                .filter(dev.rollcall.etcd.proto.WatchRequest::hasCreateRequest)
                .map(dev.rollcall.etcd.proto.WatchRequest::getCreateRequest)
                .toList();
    }

    WatchCreateRequest create(int index) {
        Waiting.until(() -> creates().size() > index, "creation number " + (index + 1));
        return creates().get(index);
    }

    long id(int index) {
        return create(index).getWatchId();
    }

    void await(Predicate<dev.rollcall.etcd.proto.WatchRequest> expected) {
        Waiting.until(() -> call.requests().stream().anyMatch(expected), "a request");
    }

    void awaitCancel(long id) {
        await(request ->
                request.hasCancelRequest() && request.getCancelRequest().getWatchId() == id);
    }
}
