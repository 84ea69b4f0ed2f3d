package dev.rollcall.pick;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers of turns, for any number of threads. Takes no lock.
 *
 * <p>As long as no two threads meet there is one counter, whichever threads draw from it. Threads that write to one counter at the same time wait for one
 * another's caches, so where two met there are twice as many counters ("stripes") from then on, each on cache lines of its own and each beginning at a place
 * of its own; a thread keeps to one of them by a number of its own. So each stripe gives every turn once and in order, and whoever is alone has them all in order.
 */
final class Turns {

    /** Longs of a stripe before and behind its counter: a processor may fetch two lines of 64 bytes at once. */
    private static final int MARGIN = 16;

    /** More than processors, since those that pick at one time need not be those whose numbers follow one another. */
    private static final int MOST =
            Math.min(256, Integer.highestOneBit(8 * Runtime.getRuntime().availableProcessors() - 1));

    /** How far apart stripes begin: a prime, so that of those which are made at one moment no more begin at one place of a ring than must. */
    private static final long APART = 0x9e37_79b1L;

    /** Threads are numbered in the order in which they first had to be told apart. */
    private static final AtomicInteger NUMBERED = new AtomicInteger();

    private static final ThreadLocal<Integer> NUMBER = ThreadLocal.withInitial(NUMBERED::getAndIncrement);

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private static final VarHandle STRIPES;

    static {
        try {
            STRIPES = MethodHandles.lookup().findVarHandle(Turns.class, "stripes", long[][].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long[][] stripes;

    /** @param first the number of the first turn; not negative */
    Turns(long first) {
        stripes = new long[][] {stripe(first)};
    }

    /** The number of the first turn of a stripe, where that of the first stripe is known. */
    static long start(long first, int stripe) {
        return first + stripe * APART & Long.MAX_VALUE;
    }

    private static long[] stripe(long first) {
        long[] stripe = new long[2 * MARGIN];
        stripe[MARGIN] = first;
        return stripe;
    }

    /** The stripe of the calling thread, for {@link #at} and {@link #pass}. */
    long[] mine() {
        long[][] all = stripes;
        return all.length == 1 ? all[0] : all[NUMBER.get() & (all.length - 1)];
    }

    /** The number of the turn that is next in a stripe; not negative. */
    long at(long[] stripe) {
        return (long) CELL.getVolatile(stripe, MARGIN);
    }

    /** Takes the turns from {@code next}, which {@link #at} gave, up to another one; false where somebody else took that one first. */
    boolean pass(long[] stripe, long next, long upTo) {
        if (CELL.compareAndSet(stripe, MARGIN, next, upTo & Long.MAX_VALUE)) {
            return true;
        }
        spread();
        return false;
    }

    /** Takes the next turn. */
    long next() {
        long[] stripe = mine();
        while (true) {
            long next = at(stripe);
            if (pass(stripe, next, next + 1)) {
                return next;
            }
        }
    }

    /** How many stripes there are. */
    int stripes() {
        return stripes.length;
    }

    private void spread() {
        long[][] now = stripes;
        if (now.length < MOST) {
            long[][] more = new long[2 * now.length][];
            for (int i = 0; i < more.length; i++) {
                more[i] = i < now.length ? now[i] : stripe(start(at(now[0]), i));
            }
            STRIPES.compareAndSet(this, now, more);
        }
    }
}
