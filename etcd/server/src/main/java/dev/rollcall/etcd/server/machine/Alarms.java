package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** The alarms there are, and what is refused while they last. Changed by the thread that applies commands, and read by any. */
final class Alarms {
    private volatile Set<Alarm> raised = Set.of();

    /** All of them, by kind and member. */
    Set<Alarm> all() {
        return raised;
    }

    void restore(Set<Alarm> alarms) {
        raised = Collections.unmodifiableSet(new TreeSet<>(alarms));
    }

    /** Raises or ends one; false when there was none to end. */
    boolean set(Alarm alarm, boolean active) {
        Set<Alarm> changed = new TreeSet<>(raised);
        boolean known = active ? !changed.add(alarm) : changed.remove(alarm);
        raised = Collections.unmodifiableSet(changed);
        return active || known;
    }

    boolean raised(Alarm.Kind kind) {
        return raised.stream().anyMatch(alarm -> alarm.kind() == kind);
    }

    /** Refuses a command that adds data while there is no space, or changes any while it is corrupt. */
    void check(Command command) {
        if (raised.isEmpty()) {
            return;
        }
        if (raised(Alarm.Kind.CORRUPT) && command.changesData()) {
            throw new Refusal(Reason.CORRUPT);
        }
        if (raised(Alarm.Kind.NOSPACE) && Quota.cost(command) > 0) {
            throw new Refusal(Reason.NO_SPACE);
        }
    }
}
