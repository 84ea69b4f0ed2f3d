package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the keys of a range are read and judged; stateless. */
interface EntryReader<S extends Shown> {

    /**
     * Reads an entry.
     *
     * @param last what was read at this key before, so that the key need not be read again; null where nothing was
     */
    Reading<S> read(KeyValue kv, @Nullable S last, Instant firstSeen);

    /** Whether a listener is told of the step from one entry to the next of the same incarnation. */
    boolean tells(S before, S after);

    /** Whether two entries of one key say the same, whatever their revisions. */
    boolean sameContent(S before, S after);

    /** The cause of the deletion of an entry that was seen as an event. */
    DownCause cause(S last);

    /** What the guard counts together: the service. */
    String group(S entry);

    /** What a value turned out to be. */
    sealed interface Reading<S> {

        /** An entry. */
        record Good<S>(S entry) implements Reading<S> {}

        /** One of ours with a value that cannot be understood. */
        record Bad<S>(String reason) implements Reading<S> {}

        /** A key that is none of ours. */
        record Foreign<S>() implements Reading<S> {}
    }
}
