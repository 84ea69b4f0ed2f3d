package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs the machines: carries what happens to {@link WatchStream} and every {@link WatchPosition}, and what they want to the store and to
 * the listeners. It decides nothing. Used on the client's loop, except where a method says otherwise.
 */
final class WatchHub {

    private static final Logger log = LoggerFactory.getLogger(WatchHub.class);
    private static final long CONNECTION_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long READ_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Session session;
    private final Loop loop;
    private final Set<ResumingWatch> all = new LinkedHashSet<>();
    private final Set<ResumingWatch> queue = new LinkedHashSet<>();
    private final WatchRoster<ResumingWatch> roster = new WatchRoster<>();
    private WatchStream state;
    private int wanted;
    private @Nullable Stream<dev.rollcall.etcd.proto.WatchRequest, WatchResponse> stream;
    private @Nullable Endpoint lastMember;
    private Loop.@Nullable Timer timer;
    private long timerAt;

    WatchHub(Session session, WatchPace pace) {
        this.session = session;
        this.loop = session.loop();
        this.state = WatchStream.idle(pace);
        session.onClose(this::close);
    }

    /** Begins a watch. Callable from every thread. */
    void add(ResumingWatch watch) {
        loop.execute(() -> begin(watch));
        if (session.isClosed()) {
            watch.end(Errors.closed());
        }
    }

    /** Ends a watch for its owner. Callable from every thread. */
    void close(ResumingWatch watch) {
        loop.execute(() -> input(watch, new WatchInput.Close(null)));
        if (session.isClosed()) {
            watch.end(Errors.closed());
        }
    }

    /** Lets a watch that stands still go on. Callable from every thread. */
    void resume(ResumingWatch watch, long revision) {
        loop.execute(() -> {
            if (watch.state().phase().awaitsOwner()) {
                watch.lane().resumeFrom(revision);
                input(watch, new WatchInput.ResumeFrom(revision));
            }
        });
    }

    /** Asks the store how far it has delivered. Callable from every thread. */
    void requestProgress() {
        loop.execute(() -> step(new StreamInput.ProgressWanted()));
    }

    private void begin(ResumingWatch watch) {
        if (state.phase() == WatchStream.Phase.CLOSED) {
            watch.end(Errors.closed());
            return;
        }
        all.add(watch);
        queue.add(watch);
        wanted++;
        step(new StreamInput.Wanted(wanted));
        askNext();
    }

    private void close() {
        for (ResumingWatch watch : List.copyOf(all)) {
            watch.lane().close();
            input(watch, new WatchInput.Close(Errors.closed()));
        }
        step(new StreamInput.Close());
    }

    /** Gives an input to a watch's machine, and does what it wants. */
    void input(ResumingWatch watch, WatchInput input) {
        boolean wantedBefore = wantsStream(watch);
        WatchPosition.Step next = watch.state().step(input);
        watch.state(next.state());
        int change = Boolean.compare(wantsStream(watch), wantedBefore);
        if (change != 0) {
            wanted += change;
            step(new StreamInput.Wanted(wanted));
        }
        next.actions().forEach(action -> perform(watch, action));
    }

    private static boolean wantsStream(ResumingWatch watch) {
        WatchPosition.Phase phase = watch.state().phase();
        return phase == WatchPosition.Phase.WAITING || phase.onStream();
    }

    private void perform(ResumingWatch watch, WatchAction action) {
        if (action instanceof WatchAction.Tell tell) {
            if (watch.lane().offer(tell.news())) {
                session.logBudget()
                        .log(
                                log,
                                Level.INFO,
                                "the listener of the {} fell behind; the watch is parked until it has caught up",
                                watch);
                input(watch, new WatchInput.Overflowed());
            }
        } else if (action instanceof WatchAction.Queue) {
            queue.add(watch);
            askNext();
        } else if (action instanceof WatchAction.Create create) {
            send(WatchWire.create(watch.request(), create.id(), create.startRevision()));
        } else if (action instanceof WatchAction.Cancel cancel) {
            if (roster.leave(cancel.id())) {
                send(WatchWire.cancel(cancel.id()));
            }
        } else if (action instanceof WatchAction.ReadStore read) {
            readStore(watch, read.id());
        } else if (action instanceof WatchAction.Rest rest) {
            long nanos = (long) (rest.nanos() * (0.75 + 0.5 * loop.random()));
            loop.schedule(nanos, () -> input(watch, new WatchInput.Rested(rest.id())));
        } else if (action instanceof WatchAction.RenewToken renew) {
            step(new StreamInput.TokenRefused(renew.cause()));
        } else if (action instanceof WatchAction.LeaveMember leave) {
            step(new StreamInput.Leave(leave.cause()));
        } else if (action instanceof WatchAction.LeaveStream leave) {
            step(new StreamInput.Ended(leave.cause()));
        } else if (action instanceof WatchAction.Distrust distrust) {
            session.logBudget()
                    .log(
                            log,
                            Level.WARN,
                            "the {} is told what cannot be true again and again; it rests, and is tried again slowly: {}",
                            watch,
                            distrust.cause().getMessage());
        } else if (action instanceof WatchAction.End end) {
            all.remove(watch);
            queue.remove(watch);
            watch.lane().last(() -> watch.end(end.cause()));
        }
    }

    /**
     * Asks for as many of the waiting watches as may be under way at once. After a break it is one alone until the stream has answered: a sick store breaks
     * again and again, and would be asked for all of them each time.
     */
    private void askNext() {
        while (mayAsk() && !queue.isEmpty()) {
            Iterator<ResumingWatch> first = queue.iterator();
            ResumingWatch next = first.next();
            first.remove();
            if (next.state().phase() == WatchPosition.Phase.WAITING) {
                input(next, new WatchInput.Ask(roster.ask(next)));
            }
        }
    }

    private boolean mayAsk() {
        boolean unproven =
                state.phase() == WatchStream.Phase.OPENING && state.faults().breaks() > 0;
        return unproven ? !roster.isAsking() : state.phase().isWritable() && roster.mayAsk();
    }

    private void send(dev.rollcall.etcd.proto.WatchRequest request) {
        if (stream != null && state.phase().isWritable()) {
            stream.send(request);
        }
    }

    /** A linearizable read of one key of the watch's range, which its user may read: only the header counts. */
    private void readStore(ResumingWatch watch, long id) {
        CompletionStage<Header> read = session.calls()
                .ask(Call.of(
                        KVGrpc.getRangeMethod(),
                        WatchWire.probe(watch.request().range().from(), false),
                        Call.Kind.READ,
                        "reading the store's revision"))
                .thenApply(answer -> Fit.of(Wire.header(answer.getHeader())));
        read.whenComplete((header, failure) -> {
            if (failure != null) {
                log.debug("the store's revision could not be read", failure);
                loop.schedule(READ_AGAIN_NANOS, () -> readStoreAgain(watch, id));
            } else {
                input(watch, new WatchInput.StoreRead(id, header));
            }
        });
    }

    private void readStoreAgain(ResumingWatch watch, long id) {
        WatchPosition position = watch.state();
        if (position.phase() == WatchPosition.Phase.DOUBTED && position.id() == id) {
            readStore(watch, id);
        }
    }

    /** Gives an input to the stream's machine, and does what it wants. */
    private void step(StreamInput input) {
        WatchStream.Step next = state.step(input, loop.now(), loop.random());
        state = next.state();
        next.actions().forEach(this::perform);
        arm();
    }

    private void perform(StreamAction action) {
        if (action instanceof StreamAction.Open open) {
            open(open.avoidLast());
        } else if (action instanceof StreamAction.Begin) {
            askNext();
        } else if (action instanceof StreamAction.Drop drop) {
            drop(drop);
        } else if (action instanceof StreamAction.Stop) {
            letGo("nobody watches");
        } else if (action instanceof StreamAction.AskProgress) {
            roster.progressAsked();
            send(WatchWire.progress());
        } else if (action instanceof StreamAction.ReadMember) {
            readMember();
        } else if (action instanceof StreamAction.RejectToken && stream != null) {
            stream.tokenRejected();
        }
    }

    private void arm() {
        boolean waits = switch (state.phase()) {
            case RESTING, OPENING, OPEN, PROBING -> true;
            case IDLE, DIALLING, CLOSED -> false;
        };
        if (waits && (timer == null || timerAt - state.wakeAt() > 0)) {
            if (timer != null) {
                timer.cancel();
            }
            timerAt = state.wakeAt();
            timer = loop.schedule(timerAt - loop.now(), () -> {
                timer = null;
                step(new StreamInput.Tick());
            });
        }
    }

    private void open(boolean avoidLast) {
        Set<Endpoint> avoided = avoidLast && lastMember != null ? Set.of(lastMember) : Set.of();
        Stream<dev.rollcall.etcd.proto.WatchRequest, WatchResponse> next =
                Stream.prepare(session, WatchGrpc.getWatchMethod(), "the watch stream", new Answers());
        stream = next;
        next.open(Lane.WATCHES, endpoint -> true, avoided, CONNECTION_NANOS);
    }

    private void letGo(String why) {
        if (stream != null) {
            stream.cancel(why);
            stream = null;
        }
        roster.clear();
    }

    private void drop(StreamAction.Drop drop) {
        Connection connection = stream == null ? null : stream.connection();
        letGo("dropped");
        if (drop.suspect() && connection != null) {
            session.connections().replace(connection);
        }
        String cause = drop.cause().getMessage();
        if (drop.insist()) {
            session.logBudget()
                    .log(log, Level.WARN, "{} watches cannot go on; tried again slowly: {}", all.size(), cause);
        } else if (state.faults().breaks() <= 1) {
            session.logBudget()
                    .log(log, Level.INFO, "{} watches are interrupted, and taken up again: {}", all.size(), cause);
        } else {
            log.debug("the watch stream could not be taken up: {}", cause);
        }
        WatchInput broke = new WatchInput.Broke(drop.cause(), drop.insist());
        List.copyOf(all).forEach(watch -> input(watch, broke));
    }

    /** A read of what the member itself has, over the very connection of the stream. Any answer will do, a refusal too. */
    private void readMember() {
        Stream<?, ?> asked = stream;
        Connection connection = asked == null ? null : asked.connection();
        if (connection == null) {
            return;
        }
        CallOptions options =
                CallOptions.DEFAULT.withDeadline(loop.deadline(state.pace().read()));
        ClientCall<RangeRequest, RangeResponse> call = connection.channel().newCall(KVGrpc.getRangeMethod(), options);
        OneAnswer.ask(call, WatchWire.probe(KeyRange.NO_END, true), Headers.of(null, false), (status, answer) -> {
            if (stream == asked) {
                EtcdError code = Errors.classify(status).code();
                boolean silent = code == EtcdError.UNAVAILABLE || code == EtcdError.TIMEOUT;
                step(new StreamInput.ReadDone(answer != null || !silent));
            }
        });
    }

    private void received(WatchResponse response) {
        WatchMessage message = WatchWire.message(response);
        long cluster = message.header().clusterId();
        step(new StreamInput.Heard(cluster, message.created() && !message.canceled()));
        if (state.phase() != WatchStream.Phase.OPEN) {
            return;
        }
        if (message.answersProgress()) {
            step(new StreamInput.Proven());
            WatchInput vouched = new WatchInput.Vouched(message.header(), ordersProgress());
            roster.progressAnswered().forEach(watch -> input(watch, vouched));
            return;
        }
        String misfit = roster.misfit(message);
        ResumingWatch watch = misfit == null ? roster.owner(message) : null;
        if (watch != null) {
            misfit = Fit.misfit(watch.request().range(), message);
        }
        if (misfit != null) {
            misfit(watch == null ? roster.ownerOfMisfit(message) : watch, misfit);
            askNext();
            return;
        }
        if (watch != null) {
            if (message.canceled()) {
                CancelReason reason = CancelReason.of(message);
                Level level = reason.isRoutine() ? Level.INFO : Level.WARN;
                session.logBudget()
                        .log(log, level, "the store cancelled the {}: {} {}", watch, reason, message.reason());
            }
            input(watch, new WatchInput.Message(message));
        } else if (message.created() && !message.canceled()) {
            send(WatchWire.cancel(message.watchId()));
        }
        askNext();
    }

    private void misfit(@Nullable ResumingWatch watch, String misfit) {
        EtcdException cause = new EtcdException(
                EtcdError.UNAVAILABLE,
                "the watch stream brought " + misfit + "; something between here and the store may have changed it");
        if (watch == null) {
            step(new StreamInput.Ended(cause));
        } else {
            input(watch, new WatchInput.Misfit(cause));
        }
    }

    private boolean ordersProgress() {
        Connection connection = stream == null ? null : stream.connection();
        return connection != null && connection.version().ordersProgress();
    }

    /** What the stream brings; it is silent once it was cancelled. */
    private final class Answers implements Stream.Listener<WatchResponse> {

        @Override
        public void opened() {
            Connection connection = stream == null ? null : stream.connection();
            lastMember = connection == null ? null : connection.endpoint();
            step(new StreamInput.Opened());
        }

        @Override
        public void message(WatchResponse message) {
            received(message);
        }

        @Override
        public void ended(EtcdException cause) {
            step(new StreamInput.Ended(cause));
        }
    }
}
