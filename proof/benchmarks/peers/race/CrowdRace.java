import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many consumers of one service in one process: {@code CrowdRace TYPE STORE CONSUMERS}. Prints {@code begin} when all see all, {@code end} when all have seen
 * all changes, and how late they were told.
 */
final class CrowdRace {

    private static final int INSTANCES = 100;
    private static final int CHANGES = 500;
    private static final int CHANGES_PER_SECOND = 50;
    private static final int PATIENCE_SECONDS = 120;

    private final Crowd crowd;
    private final int consumers;
    private final long[] lags;
    private final AtomicInteger told = new AtomicInteger();

    private CrowdRace(Crowd crowd, int consumers) {
        this.crowd = crowd;
        this.consumers = consumers;
        this.lags = new long[consumers * CHANGES];
    }

    public static void main(String[] args) throws Exception {
        Crowd crowd = (Crowd) Class.forName(args[0]).getDeclaredConstructor(String.class).newInstance(args[1]);
        new CrowdRace(crowd, Integer.parseInt(args[2])).run();
        crowd.close();
        System.exit(0);
    }

    private void run() throws Exception {
        crowd.register(INSTANCES);
        for (int i = 0; i < consumers; i++) {
            crowd.consume(INSTANCES, this::told);
        }
        TimeUnit.SECONDS.sleep(2);
        System.out.println("begin");
        long cpu = Race.cpu();
        long begun = System.nanoTime();
        for (int i = 0; i < CHANGES; i++) {
            long due = begun + i * TimeUnit.SECONDS.toNanos(1) / CHANGES_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            // Late from when it was due: a store that makes the writer wait does not look fast by it.
            crowd.change(i % INSTANCES, due);
        }
        double written = (System.nanoTime() - begun) / 1e9;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (told.get() < lags.length) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(told.get() + " of " + lags.length + " changes were told");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.println("end");
        Arrays.sort(lags);
        System.out.println(String.format(
                Locale.ROOT,
                "%d\t%d\t%.1f\t%.2f\t%.2f\t%.1f\t%.1f",
                consumers,
                lags.length,
                seconds,
                lags[lags.length / 2] / 1e6,
                lags[lags.length * 99 / 100] / 1e6,
                (Race.cpu() - cpu) / 1e9 / seconds * 100,
                CHANGES / written));
    }

    private void told(long at) {
        int place = told.getAndIncrement();
        if (place < lags.length) {
            lags[place] = System.nanoTime() - at;
        }
    }
}
