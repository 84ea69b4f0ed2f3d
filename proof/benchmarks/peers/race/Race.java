import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Measures one peer in this process, and prints a line for each figure: {@code Race CLASS STORE COUNT}. Class, store and how many instances are many. A store
 * is left as it was found, but for what is leased.
 */
final class Race {

    private static final int WARM_UP = 2_000;
    private static final int WARM_SINGLES = 8_000;
    private static final int SINGLES = 500;
    private static final int PICKED_FROM = 1_000;
    private static final long PATIENCE_SECONDS = 300;

    private final Peer peer;
    private final int many;
    private final Semaphore changes = new Semaphore(0);

    private Race(Peer peer, int many) {
        this.peer = peer;
        this.many = many;
    }

    public static void main(String[] args) throws Exception {
        Peer peer = (Peer) Class.forName(args[0]).getDeclaredConstructor(String.class).newInstance(args[1]);
        Race race = new Race(peer, Integer.parseInt(args[2]));
        race.run();
        peer.close();
        System.exit(0);
    }

    private void run() throws Exception {
        String unique = Long.toHexString(System.nanoTime());
        many("warm-" + unique, WARM_UP, peer.ways().get(0));
        oneAtATime(unique);
        picks("pick-" + unique);
        for (String way : peer.ways()) {
            long cpu = cpu();
            double seconds = many("many-" + way + "-" + unique, many, way) / 1e9;
            say(many + " registered and seen", way, "s", seconds);
            say("processor time of that", way, "s", (cpu() - cpu) / 1e9);
        }
        String full = "many-" + peer.ways().get(0) + "-" + unique;
        double[] cold = new double[5];
        for (int i = 0; i < cold.length; i++) {
            long begun = System.nanoTime();
            try (Peer.Looker looker = peer.cold(full)) {
                cold[i] = (System.nanoTime() - begun) / 1e6;
                check(looker.size() == many, "a cold view shows " + looker.size() + " of " + many);
            }
        }
        Arrays.sort(cold);
        say("cold view of " + many, "", "ms", cold[cold.length / 2]);
        long before = heap();
        try (Peer.Looker looker = peer.cold(full)) {
            say("heap for each of " + many + " in a view", "", "B", (heap() - before) / (double) many);
            check(looker.size() == many, "it is still there");
        }
    }

    /** Of a thousand, by one thread. */
    private void picks(String service) throws Exception {
        many(service, PICKED_FROM, peer.ways().get(0));
        Callable<Object> picker = peer.picker(service);
        if (picker == null) {
            return;
        }
        double[] nanos = new double[7];
        int picked = 0;
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            long picks = 0;
            while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(1)) {
                for (int j = 0; j < 1_000; j++) {
                    picked += picker.call() == null ? 1 : 0;
                }
                picks += 1_000;
            }
            nanos[i] = (System.nanoTime() - begun) / (double) picks;
        }
        check(picked == 0, "picks that gave nothing");
        double[] warm = Arrays.copyOfRange(nanos, 2, nanos.length);
        Arrays.sort(warm);
        say("a pick of " + PICKED_FROM, "", "ns", warm[warm.length / 2]);
    }

    /** One at a time: from the call to its being seen. */
    private double[] singles(String service, int count) throws Exception {
        double[] micros = new double[count];
        try (Peer.Looker looker = peer.look(service, changes::release)) {
            for (int i = 0; i < count; i++) {
                long begun = System.nanoTime();
                peer.register(service, i);
                await(looker, i + 1);
                micros[i] = (System.nanoTime() - begun) / 1e3;
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private void oneAtATime(String unique) throws Exception {
        // What came before ran in bursts, in some peers few and large ones: the way of a single one is cold yet.
        singles("warmup-" + unique, WARM_SINGLES);
        double[] micros = singles("one-" + unique, SINGLES);
        say("registered to seen, p50", "", "us", micros[SINGLES / 2]);
        say("registered to seen, p99", "", "us", micros[SINGLES * 99 / 100]);
    }

    private long many(String service, int count, String way) throws Exception {
        try (Peer.Looker looker = peer.look(service, changes::release)) {
            long begun = System.nanoTime();
            peer.registerMany(service, count, way);
            await(looker, count);
            return System.nanoTime() - begun;
        }
    }

    private void await(Peer.Looker looker, int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (looker.size() < count) {
            check(System.nanoTime() - deadline < 0, "only " + looker.size() + " of " + count + " are seen");
            if (changes.tryAcquire(1, TimeUnit.SECONDS)) {
                changes.drainPermits();
            }
        }
    }

    /** How long processors have worked for this process, in nanoseconds. */
    static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void say(String what, String way, String unit, double value) {
        System.out.println(String.format(Locale.ROOT, "%s\t%s\t%s\t%.3f", what, way, unit, value));
    }
}
