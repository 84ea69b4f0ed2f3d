package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Candidates on a circle of 64-bit numbers, each at {@value #POINTS} points for a usual weight; immutable.
 *
 * <p>Where the points lie follows from identity and weight alone, so that all processes agree, and one that comes or goes moves only the keys next to its
 * points. The circle is cut into arcs, and a ring made from the one before it shares all arcs in which nothing changed: at thousands of instances whole copies
 * would keep a processor and the garbage collector busy.
 */
final class Ring {

    /** Points of a candidate of weight {@link Instance#DEFAULT_WEIGHT}. The more, the more even the shares: their spread is about one in its root. */
    static final int POINTS = 64;

    private static final int MOST_POINTS = 2048;
    /** Points on an arc, on average, when the circle is cut anew; it is when they are four times as many, or as few. */
    private static final int PER_ARC = 16;

    private static final Arc NOTHING = new Arc(new long[0], new Standing[0]);
    private static final Ring EMPTY = new Ring(new Standing[0], new int[0], new Arc[] {NOTHING, NOTHING}, 0);

    private final Standing[] members;
    private final int[] shares;
    private final Arc[] arcs;
    private final int shift;
    private final int size;

    private Ring(Standing[] members, int[] shares, Arc[] arcs, int size) {
        this.members = members;
        this.shares = shares;
        this.arcs = arcs;
        this.shift = 64 - Integer.numberOfTrailingZeros(arcs.length);
        this.size = size;
    }

    /** The ring of these candidates, made from another one; by one thread at a time. */
    static Ring of(Candidate[] candidates, @Nullable Ring before) {
        Ring old = before == null ? EMPTY : before;
        Standing[] members = new Standing[candidates.length];
        int[] shares = new int[candidates.length];
        List<Mark> added = new ArrayList<>();
        List<Mark> removed = new ArrayList<>();
        for (int i = 0; i < old.members.length; i++) {
            old.members[i].points(old.shares[i]);
        }
        for (int i = 0; i < candidates.length; i++) {
            members[i] = candidates[i].standing();
            shares[i] = share(candidates[i].weight());
            if (members[i].points() == shares[i]) {
                members[i].points(-1);
            } else {
                mark(added, members[i], shares[i]);
            }
        }
        for (int i = 0; i < old.members.length; i++) {
            if (old.members[i].points() >= 0) {
                mark(removed, old.members[i], old.shares[i]);
            }
            old.members[i].points(0);
        }
        return added.isEmpty() && removed.isEmpty() ? old : old.with(members, shares, added, removed);
    }

    private static int share(int weight) {
        long points = Math.round((double) POINTS * weight / Instance.DEFAULT_WEIGHT);
        return (int) Math.max(1, Math.min(MOST_POINTS, points));
    }

    private static void mark(List<Mark> marks, Standing owner, int share) {
        for (int i = 0; i < share; i++) {
            marks.add(new Mark(Hash64.mix(owner.hash() + i), owner));
        }
    }

    private Ring with(Standing[] members, int[] shares, List<Mark> added, List<Mark> removed) {
        int next = size + added.size() - removed.size();
        if (next > 4L * PER_ARC * arcs.length || (next < PER_ARC / 4 * arcs.length && arcs.length > 2)) {
            List<Mark> all = new ArrayList<>(next);
            for (int i = 0; i < members.length; i++) {
                mark(all, members[i], shares[i]);
            }
            Arc[] cut = new Arc[Math.max(2, Integer.highestOneBit(next / PER_ARC))];
            Arrays.fill(cut, NOTHING);
            return new Ring(members, shares, cut, 0).changed(members, shares, all, List.of());
        }
        return changed(members, shares, added, removed);
    }

    private Ring changed(Standing[] members, int[] shares, List<Mark> added, List<Mark> removed) {
        Collections.sort(added);
        Arc[] next = arcs.clone();
        Set<Mark> gone = new HashSet<>(removed);
        for (Mark mark : removed) {
            int arc = arc(mark.point());
            if (next[arc] == arcs[arc]) {
                next[arc] = arcs[arc].without(gone);
            }
        }
        int from = 0;
        while (from < added.size()) {
            int arc = arc(added.get(from).point());
            int to = from + 1;
            while (to < added.size() && arc(added.get(to).point()) == arc) {
                to++;
            }
            next[arc] = next[arc].with(added.subList(from, to));
            from = to;
        }
        return new Ring(members, shares, next, size + added.size() - removed.size());
    }

    /** Points between two cuts, ascending, and whose they are. */
    private static final class Arc {

        private final long[] points;
        private final Standing[] owners;

        Arc(long[] points, Standing[] owners) {
            this.points = points;
            this.owners = owners;
        }

        Arc without(Set<Mark> gone) {
            long[] left = new long[points.length];
            Standing[] whose = new Standing[points.length];
            int count = 0;
            for (int i = 0; i < points.length; i++) {
                if (!gone.contains(new Mark(points[i], owners[i]))) {
                    left[count] = points[i];
                    whose[count++] = owners[i];
                }
            }
            return new Arc(Arrays.copyOf(left, count), Arrays.copyOf(whose, count));
        }

        Arc with(List<Mark> added) {
            long[] all = new long[points.length + added.size()];
            Standing[] whose = new Standing[all.length];
            int from = 0;
            int to = 0;
            for (Mark mark : added) {
                while (from < points.length && mark.compareTo(new Mark(points[from], owners[from])) > 0) {
                    all[to] = points[from];
                    whose[to++] = owners[from++];
                }
                all[to] = mark.point();
                whose[to++] = mark.owner();
            }
            System.arraycopy(points, from, all, to, points.length - from);
            System.arraycopy(owners, from, whose, to, points.length - from);
            return new Arc(all, whose);
        }
    }

    private record Mark(long point, Standing owner) implements Comparable<Mark> {

        @Override
        public int compareTo(Mark other) {
            int byPoint = Long.compare(point, other.point);
            return byPoint != 0 ? byPoint : Long.compare(owner.hash(), other.owner.hash());
        }
    }

    private int arc(long point) {
        return (int) ((point ^ Long.MIN_VALUE) >>> shift);
    }

    /** How many points there are. */
    int size() {
        return size;
    }

    /** The place of the first point at or after a key; of a ring that is not empty. */
    long at(long key) {
        int arc = arc(key);
        long[] points = arcs[arc].points;
        int i = 0;
        while (i < points.length && points[i] < key) {
            i++;
        }
        return settled(arc, i);
    }

    /** The place of the next point. */
    long after(long place) {
        return settled((int) (place >>> 32), (int) place + 1);
    }

    /** The place, or the first one on the next arc that has any. */
    private long settled(int arc, int i) {
        int found = arc;
        int at = i;
        while (at >= arcs[found].points.length) {
            found = found + 1 == arcs.length ? 0 : found + 1;
            at = 0;
        }
        return (long) found << 32 | at;
    }

    Standing owner(long place) {
        return arcs[(int) (place >>> 32)].owners[(int) place];
    }
}
