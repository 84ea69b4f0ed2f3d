package dev.rollcall.etcd.testkit;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One rpc of a {@link ScriptedEtcd}: the scripts laid up for it, and the calls it has had. */
final class ScriptedMethod<Q, A> {

    private final String name;
    private final Runnable breakConnections;
    private final Queue<Script<Q, A>> next = new ArrayDeque<>();
    private final List<ScriptedCall<Q, A>> calls = new ArrayList<>();
    private @Nullable Script<Q, A> always;

    ScriptedMethod(String name, Runnable breakConnections) {
        this.name = name;
        this.breakConnections = breakConnections;
    }

    synchronized Script<Q, A> next() {
        Script<Q, A> script = new Script<>(breakConnections);
        next.add(script);
        return script;
    }

    synchronized Script<Q, A> always() {
        Script<Q, A> script = new Script<>(breakConnections);
        always = script;
        return script;
    }

    synchronized List<ScriptedCall<Q, A>> calls() {
        return List.copyOf(calls);
    }

    List<Q> requests() {
        return calls().stream().flatMap(call -> call.requests().stream()).toList();
    }

    /** A client has opened a call: the next script plays to it. */
    ServerCall.Listener<Q> begin(ServerCall<Q, A> wire, Metadata headers) {
        Script<Q, A> script;
        ScriptedCall<Q, A> call;
        synchronized (this) {
            script = next.isEmpty() ? always : next.remove();
            call = new ScriptedCall<>(wire, headers, script == null ? new Script<>(breakConnections) : script);
            calls.add(call);
        }
        if (script == null) {
            call.fail(Status.UNIMPLEMENTED.withDescription("the scripted etcd has no script for " + name));
        } else {
            script.playTo(call);
        }
        return call.listener();
    }
}
