package dev.rollcall.nemesis.check;

import java.util.HashSet;
import java.util.Set;

/** Many instances of a service that expire at once. */
final class Waves {

    private static final int FEWEST = 3;

    private Waves() {}

    /** Whether the deletion is one of at least three expiries of one revision, and more than half of the service. */
    static boolean isWave(Epoch epoch, Entry deletion) {
        String service = deletion.service();
        Set<String> expired = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Entry entry : epoch.entries) {
            if (entry.service().equals(service) && entry.rev() <= deletion.rev()) {
                keys.add(entry.key());
                if (entry.rev() == deletion.rev() && !entry.put() && expires(epoch, entry)) {
                    expired.add(entry.key());
                }
            }
        }
        long left = keys.stream()
                .map(key -> epoch.before(key, deletion.rev()))
                .filter(entry -> entry != null && entry.put())
                .count();
        return expired.contains(deletion.key()) && expired.size() >= FEWEST && expired.size() > left;
    }

    private static boolean expires(Epoch epoch, Entry deletion) {
        Entry last = epoch.before(deletion.key(), deletion.rev() - 1);
        return last != null && last.put() && last.readable() && last.lease() != 0 && !last.leaving();
    }
}
