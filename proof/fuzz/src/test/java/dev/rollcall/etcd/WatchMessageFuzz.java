package dev.rollcall.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any messages of a watch stream: what is told rises in revision, each change once, and what is held back is bounded. */
public final class WatchMessageFuzz {

    private WatchMessageFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        WatchPosition position = WatchPosition.startingAt(input.below(8));
        long asked = 1;
        long told = 0;
        for (int i = 0; input.hasMore() && i < 64; i++) {
            WatchInput next = next(input, asked + 1);
            if (next == null) {
                return;
            }
            asked = next instanceof WatchInput.Ask ask ? ask.id() : asked;
            WatchPosition.Step step = position.step(next);
            if (next instanceof WatchInput.ResumeFrom resume && step.state().position() == resume.revision()) {
                told = 0;
            }
            told = told(step.actions(), told);
            position = step.state();
        }
    }

    private static long told(List<WatchAction> actions, long before) {
        long told = before;
        for (WatchAction action : actions) {
            if (action instanceof WatchAction.Tell tell && tell.news() instanceof WatchNews.Changes changes) {
                for (WatchEvent event : changes.batch().events()) {
                    long revision = event.kv().modRevision();
                    long floor = told;
                    Property.holds(revision >= floor, () -> "revision " + revision + " after " + floor);
                    told = revision;
                }
                Property.same(told + 1, changes.position());
            }
        }
        return told;
    }

    private static @Nullable WatchInput next(Input input, long id) {
        try {
            return switch (input.below(10)) {
                case 0 -> new WatchInput.Ask(id);
                case 1 -> new WatchInput.Vouched(header(input), input.below(2) == 1);
                case 2 -> new WatchInput.StoreRead(id - 1, header(input));
                case 3 -> new WatchInput.Broke(new EtcdException(EtcdError.UNAVAILABLE, "cut"), input.below(2) == 1);
                case 4 -> new WatchInput.Rested(id - 1);
                case 5 -> input.below(2) == 1 ? new WatchInput.Overflowed() : new WatchInput.Drained();
                case 6 -> new WatchInput.ResumeFrom(input.next());
                default ->
                    new WatchInput.Message(WatchWire.message(WatchResponse.parseFrom(input.bytes(input.next()))));
            };
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static Header header(Input input) {
        return new Header(input.below(3), 2, input.next(), 3);
    }
}
