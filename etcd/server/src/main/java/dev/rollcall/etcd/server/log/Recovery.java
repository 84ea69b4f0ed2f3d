package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * Carries out the log on top of an image. Each frame says which revision the running server had come to after which record; where this
 * comes to another one, the log is not carried out as it was then, and the start is refused.
 */
final class Recovery implements CommandLog.Replay {
    private final Machine machine;
    private final long after;
    private final long now;
    private final TreeMap<Long, Long> revisions = new TreeMap<>();
    private long bytes;

    /**
     * A recovery.
     *
     * @param machine the machine after the record {@code after}
     */
    Recovery(Machine machine, long after, long now) {
        this.machine = machine;
        this.after = after;
        this.now = now;
        revisions.put(after, machine.store().revision());
    }

    /** How many bytes of log were carried out. */
    long bytes() {
        return bytes;
    }

    @Override
    public void accept(Frame frame, String file, long offset) throws IOException {
        if (frame.next() <= after + 1) {
            return;
        }
        check(frame, file, offset);
        List<byte[]> records = frame.records();
        for (int i = (int) Math.max(0, after + 1 - frame.sequence()); i < records.size(); i++) {
            apply(records.get(i), file, offset);
            bytes += records.get(i).length;
        }
        bytes += Frame.HEADER;
        revisions.put(frame.next() - 1, machine.store().revision());
    }

    private void check(Frame frame, String file, long offset) throws IOException {
        Long revision = revisions.get(frame.applied());
        if (revision != null && revision != frame.revision()) {
            throw new DamagedStore(
                    file,
                    offset,
                    "record " + frame.applied() + " once led to revision " + frame.revision() + ", and now to "
                            + revision + "; another version of the server may have written it");
        }
        revisions.headMap(frame.applied()).clear();
    }

    private void apply(byte[] record, String file, long offset) throws IOException {
        try {
            var unused = machine.apply(CommandFormat.decode(record), now);
        } catch (Refusal e) {
            // It was refused then, too, and changed nothing.
        } catch (RuntimeException e) {
            throw new DamagedStore(
                    file, offset, "a record means nothing here, or a newer version wrote it (" + e + ")");
        }
    }
}
