package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a command. */
public sealed interface Outcome {

    /** The revision to report with the answer. */
    long revision();

    /** What was read. */
    record Range(RangeResult result) implements Outcome {
        @Override
        public long revision() {
            return result.revision();
        }
    }

    /** A key was set; what it held before, if that was asked for and there was something. */
    record Put(long revision, @Nullable KeyValue previous) implements Outcome {}

    /** Keys were deleted; what they held before, if that was asked for. */
    record DeleteRange(long revision, long deleted, List<KeyValue> previous) implements Outcome {}

    /** A transaction was carried out; the outcomes are those of the chosen list. */
    record Txn(long revision, boolean succeeded, List<Outcome> outcomes) implements Outcome {}

    /** A lease was granted or renewed; a renewal of a lease that is gone says 0 seconds. */
    record Lease(long revision, long id, long ttlSeconds) implements Outcome {}

    /** A user got a token. */
    record Token(long revision, String token) implements Outcome {
        @Override
        public String toString() {
            return "Token[revision=" + revision + "]";
        }
    }

    /** An alarm was raised or ended; false where there was none to end. */
    record Alarmed(long revision, boolean done) implements Outcome {}

    /** It is done, and there is nothing else to tell. */
    record Done(long revision) implements Outcome {}
}
