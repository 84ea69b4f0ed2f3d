package dev.rollcall.etcd.testkit;

import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a {@link ScriptedEtcd} does in one call of an rpc, step by step.
 *
 * <p>At the end of the steps the call stays open and silent, unless {@link #complete} or {@link #fail} closed it. Steps may be
 * added while the call runs; they are played at once.
 *
 * @param <Q> the request
 * @param <A> the answer
 */
public final class Script<Q, A> {

    /** A step does its part and says whether it is over; one that is not is tried again with every request. */
    interface Step<Q, A> {
        boolean play(ScriptedCall<Q, A> call);
    }

    private final List<Step<Q, A>> steps = new CopyOnWriteArrayList<>();
    private final List<ScriptedCall<Q, A>> playing = new CopyOnWriteArrayList<>();

    private final Runnable breakConnections;

    Script(Runnable breakConnections) {
        this.breakConnections = breakConnections;
    }

    /** Waits for a request that matches; others before it are recorded and passed over. */
    public Script<Q, A> await(Predicate<? super Q> expected) {
        return then(call -> call.take(expected));
    }

    /** Waits for a request, whichever. */
    public Script<Q, A> await() {
        return await(any -> true);
    }

    /** Sends a message. */
    public Script<Q, A> send(A answer) {
        return then(call -> {
            call.send(answer);
            return true;
        });
    }

    /** Sends an answer made from the request that was awaited last. */
    public Script<Q, A> answer(Function<? super Q, ? extends A> answer) {
        return then(call -> {
            call.send(answer.apply(call.taken()));
            return true;
        });
    }

    /** From here on answers every request by this function; no step after it is reached. */
    public Script<Q, A> answerEach(Function<? super Q, ? extends A> answer) {
        return then(call -> {
            while (call.take(any -> true)) {
                call.send(answer.apply(call.taken()));
            }
            return false;
        });
    }

    /** Answers the one request of a unary call. */
    public Script<Q, A> reply(A answer) {
        return reply(request -> answer);
    }

    /** Answers the one request of a unary call by this function, which must not block. */
    public Script<Q, A> reply(Function<? super Q, ? extends A> answer) {
        return await().answer(answer).complete();
    }

    /** Ends the call with OK: on a stream, a half-close. */
    public Script<Q, A> complete() {
        return fail(Status.OK);
    }

    /** Ends the call with this status. */
    public Script<Q, A> fail(Status status) {
        return then(call -> {
            call.fail(status);
            return true;
        });
    }

    /** Breaks every connection of the scripted etcd without a word: this call ends, and all others with it. */
    public Script<Q, A> breakConnections() {
        return then(call -> {
            breakConnections.run();
            return true;
        });
    }

    /** The step at {@code index}, if the script is that long by now. */
    boolean play(int index, ScriptedCall<Q, A> call) {
        return index < steps.size() && steps.get(index).play(call);
    }

    void playTo(ScriptedCall<Q, A> call) {
        playing.add(call);
        call.advance();
    }

    private Script<Q, A> then(Step<Q, A> step) {
        steps.add(step);
        playing.forEach(ScriptedCall::advance);
        return this;
    }
}
